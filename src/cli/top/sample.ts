import type { Paths } from '../../config/paths.ts';
import { callControl } from '../../supervisor/control-client.ts';
import type { Status } from '../../supervisor/status.ts';
import { isSilence } from '../ask-server.ts';
import { findControlSocket } from '../find-control-socket.ts';
import { readCpuMs } from './read-cpu.ts';

/** What was to be seen at one moment. */
export interface Sample {
  readonly atMs: number;
  /** Undefined while no server answers. */
  readonly status: Status | undefined;
  /** Processor time by process; those that cannot be read are missing. */
  readonly cpuMs: ReadonlyMap<number, number>;
}

/** A second; undefined where two samples do not tell. */
export interface Rates {
  readonly records: number;
  readonly bytes: number;
  readonly connections: number;
  /** Percent of one processor, by process. */
  readonly cpu: ReadonlyMap<number, number>;
}

const TIMEOUT_MS = 2000;

/** Throws `ControlError` where the socket is another user's and the like; a server that is away is a sample too. */
export async function takeSample(paths: Paths): Promise<Sample> {
  const found = await findControlSocket(paths);
  const status = await callControl(found, 'status', {}, { timeoutMs: TIMEOUT_MS }).catch((error) => {
    if (isSilence(error)) return undefined;
    throw error;
  });
  const pids = status?.processes.map(({ pid }) => pid).filter((pid) => pid !== null) ?? [];
  return { atMs: performance.now(), status, cpuMs: readCpuMs(pids) };
}

/** Undefined where the two are not of the same server. A store that was restarted counts from zero again. */
export function compareSamples(before: Sample | undefined, after: Sample): Rates | undefined {
  const [a, b] = [before?.status, after.status];
  if (before === undefined || a === undefined || b === undefined) return undefined;
  if (a.pid !== b.pid || a.started_at !== b.started_at) return undefined;
  const seconds = (after.atMs - before.atMs) / 1000;
  if (seconds <= 0) return undefined;
  const perSecond = (from: number, to: number) => Math.max(0, to - from) / seconds;
  const cpu = [...after.cpuMs].flatMap(([pid, ms]) => {
    const msBefore = before.cpuMs.get(pid);
    return msBefore === undefined ? [] : [[pid, perSecond(msBefore, ms) / 10] as const];
  });
  return {
    records: perSecond(a.records.stored, b.records.stored),
    bytes: perSecond(a.records.bytes, b.records.bytes),
    connections: perSecond(a.connections.total, b.connections.total),
    cpu: new Map(cpu),
  };
}
