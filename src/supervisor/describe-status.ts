import type { Listener } from '../config/listeners.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Paths } from '../config/paths.ts';
import type { StoreReport, WorkerReport } from '../process/messages.ts';
import { PROGRAM_VERSION } from '../process/program.ts';
import type { Reported } from './process-tree.ts';
import type { ConfigStatus, ProcessStatus, Status } from './status.ts';

interface Facts {
  readonly loaded: LoadedConfig;
  readonly paths: Paths;
  readonly config: ConfigStatus;
  readonly state: Status['state'];
  readonly startedAt: number;
  readonly listeners: readonly Listener[];
  readonly store: Reported<StoreReport> | undefined;
  readonly workers: readonly Reported<WorkerReport>[];
  readonly recordsPerSecond: number;
  readonly lastError: Status['last_error'];
}

export function describeStatus(facts: Facts): Status {
  const { loaded, paths, store, workers } = facts;
  const reports = workers.map(({ report }) => report).filter((report) => report !== undefined);
  const reasons = listReasons(facts);
  return {
    version: PROGRAM_VERSION,
    node: process.version,
    name: loaded.config.logs.name,
    state: facts.state,
    pid: process.pid,
    started_at: new Date(facts.startedAt).toISOString(),
    uptime_secs: secondsSince(facts.startedAt),
    config_file: loaded.file ?? null,
    config: facts.config,
    data_dir: paths.dataDirectory,
    log_file: `${paths.logDirectory}/${loaded.config.logs.file_name}`,
    ready: facts.state === 'running' && reasons.length === 0,
    reasons,
    processes: [
      {
        role: 'supervisor',
        state: facts.state,
        pid: process.pid,
        uptime_secs: secondsSince(facts.startedAt),
        restarts: 0,
        memory_bytes: process.memoryUsage.rss(),
        last_exit: null,
        last_words: [],
      },
      ...(store ? [describeProcess(store)] : []),
      ...workers.map(describeProcess),
    ],
    listeners: facts.listeners.map(({ name, address, port, tls, protocols }) => ({
      name,
      address,
      port,
      tls,
      protocols,
    })),
    connections: {
      open: sum(reports.map(({ connections }) => connections)),
      total: sum(reports.map(({ connectionsTotal }) => connectionsTotal)),
      max: loaded.config.network.max_connections * loaded.config.daemon.workers,
    },
    records: {
      stored: store?.report?.nextSequence ?? 0,
      per_second: facts.recordsPerSecond,
      bytes: store?.report?.bytes ?? 0,
      rotations: store?.report?.rotations ?? 0,
    },
    counts: addCounts(reports.map(({ counts }) => counts)),
    last_error: facts.lastError,
  };
}

function listReasons({ store, workers }: Facts): string[] {
  const reasons = [...(store?.report?.reasons ?? [])];
  for (const { kept } of [...(store ? [store] : []), ...workers]) {
    if (kept.state !== 'ready' && kept.state !== 'draining')
      reasons.push(`the ${kept.role} is ${kept.state}`);
  }
  return reasons;
}

function describeProcess({ kept, report }: Reported<StoreReport | WorkerReport>): ProcessStatus {
  return {
    role: kept.role,
    state: kept.state,
    pid: kept.pid ?? null,
    uptime_secs: kept.startedAt === undefined ? null : secondsSince(kept.startedAt),
    restarts: kept.restarts,
    memory_bytes: report?.memoryBytes ?? null,
    last_exit: kept.lastExit ?? null,
    last_words: kept.lastWords,
  };
}

function addCounts(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
  }
  return total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function secondsSince(atMs: number): number {
  return Math.round((Date.now() - atMs) / 1000);
}
