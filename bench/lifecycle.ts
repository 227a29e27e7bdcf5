import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Faults } from '../test/support/clients/faults.ts';
import { HttpStream } from '../test/support/clients/http-stream.ts';
import { LogStream } from '../test/support/clients/log-stream.ts';
import { visitHttpOften, visitLogs } from '../test/support/clients/visits.ts';
import { startMillraceLifecycle } from './lifecycle/millrace.ts';
import { installPm2, startPm2 } from './lifecycle/pm2.ts';
import type { Supervised } from './lifecycle/supervised.ts';
import { listTree, readMemoryMb } from './process-tree.ts';

/** Each kind of client: HTTP and log frames, connecting again and again and standing. */
const CLIENTS_PER_KIND = 10;
const VISIT_PAUSE_MS = 50;
const STREAM_PAUSE_MS = 50;
/** A process that lived for a second counts as healthy for both. */
const REST_MS = 2000;
const RESTART_MS_MAX = 30_000;
const POLL_MS = 5;

/** What clients saw of ten events of a kind. */
interface Outcome {
  readonly faults: Faults;
  /** The longest that a connecting client waited for its answer, for each event. */
  readonly waitsMs: number[];
}

/** Reloads and crashes of a server under Millrace's own supervisor and under pm2, with the same clients. */
export async function benchLifecycle(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      reloads: { type: 'string', default: '10' },
      crashes: { type: 'string', default: '10' },
      only: { type: 'string', default: '' },
    },
  });
  let pm2: Promise<string> | undefined;
  const installOnce = () => {
    pm2 ??= installPm2(createFolder());
    return pm2;
  };
  const subjects: [string, (own: string) => Promise<Supervised>][] = [
    ['millrace-sighup', (own) => startMillraceLifecycle(own, 'SIGHUP')],
    ['millrace-sigusr2', (own) => startMillraceLifecycle(own, 'SIGUSR2')],
    ['pm2-cluster', async (own) => startPm2(await installOnce(), own, 'cluster')],
    ['pm2-fork', async (own) => startPm2(await installOnce(), own, 'fork')],
  ];
  console.log(`load average ${loadavg()[0]?.toFixed(1)}`);
  const chosen = values.only === '' ? undefined : values.only.split(',');
  console.log(
    row(['server', 'event', 'refused', 'reset', 'unanswered', 'cut', 'longest wait ms', 'idle MiB']),
  );
  for (const [name, start] of subjects) {
    if (chosen !== undefined && !chosen.includes(name)) continue;
    await measure(await start(createFolder()), Number(values.reloads), Number(values.crashes));
  }
}

/** An empty folder that is gone after the bench, also after one that was interrupted. */
function createFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function measure(subject: Supervised, reloads: number, crashes: number): Promise<void> {
  // pm2's daemon would outlive a bench that is interrupted.
  const interrupt = () => void subject.stop().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  try {
    await delay(REST_MS);
    const processes = subject.roots.flatMap(listTree);
    const memoryMb = processes.reduce((sum, pid) => sum + readMemoryMb(pid), 0);
    const memory = `${Math.round(memoryMb)} (${processes.length})`;
    tell(`${reloads} reloads`, await watch(subject, reloads, () => subject.reload()), memory);
    tell(`${crashes} crashes`, await watch(subject, crashes, () => crash(subject)), '');
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
    await subject.stop();
  }

  function tell(event: string, { faults, waitsMs }: Outcome, memory: string): void {
    const { refused, reset, unanswered, cut } = faults.counts;
    const sorted = waitsMs.toSorted((a, b) => a - b).map(Math.round);
    const waits = `${sorted[sorted.length >> 1] ?? '-'}, worst ${sorted.at(-1) ?? '-'}`;
    console.log(row([subject.name, event, refused, reset, unanswered, cut, waits, memory]));
  }
}

/** Lets the clients run while an event happens so many times. */
async function watch(subject: Supervised, times: number, cause: () => Promise<void>): Promise<Outcome> {
  const faults = new Faults();
  const waitsMs: number[] = [];
  const stopped = new AbortController();
  let longestMs = 0;
  const clients = Array.from({ length: CLIENTS_PER_KIND }, (_, i) => {
    const base = { faults, stopped: stopped.signal, pauseMs: STREAM_PAUSE_MS };
    const [http, logs] = [
      { ...base, address: subject.http },
      { ...base, address: subject.logs },
    ];
    return [
      new HttpStream({ ...http, name: `http${i}` }).run(),
      new LogStream({ ...logs, name: `log${i}` }).run(),
      visitHttpOften({ ...http, name: `visitor${i}`, pauseMs: VISIT_PAUSE_MS }, (tookMs) => {
        longestMs = Math.max(longestMs, tookMs);
      }),
      visitLogsOften(subject, `log-visitor${i}`, faults, stopped.signal),
    ];
  });
  await delay(REST_MS);
  for (let i = 0; i < times; i += 1) {
    longestMs = 0;
    await cause();
    await delay(REST_MS);
    waitsMs.push(longestMs);
  }
  stopped.abort();
  await Promise.all(clients.flat());
  return { faults, waitsMs };
}

async function visitLogsOften(
  { logs }: Supervised,
  name: string,
  faults: Faults,
  stopped: AbortSignal,
): Promise<void> {
  while (!stopped.aborted) {
    await visitLogs(logs, name, faults);
    await delay(VISIT_PAUSE_MS);
  }
}

/** Resolves when another process has taken the place of the one that was killed. */
async function crash(subject: Supervised): Promise<void> {
  const pid = await subject.findWorker();
  process.kill(pid, 'SIGKILL');
  const deadline = performance.now() + RESTART_MS_MAX;
  for (;;) {
    const next = await subject.findWorker();
    if (next !== 0 && next !== pid) return;
    if (performance.now() > deadline) throw new Error(`${subject.name}: nothing took the place of ${pid}`);
    await delay(POLL_MS);
  }
}

function row(cells: readonly (string | number)[]): string {
  const widths = [28, 12, 9, 9, 12, 9, 20, 12];
  return cells
    .map((cell, i) =>
      i < 2 ? String(cell).padEnd(widths[i] as number) : String(cell).padStart(widths[i] as number),
    )
    .join('');
}
