import { readFileSync } from 'node:fs';

/** USER_HZ, the same on every Linux. */
const TICKS_PER_SEC = 100;

/** The processor time that each process has had, where the system tells it in /proc. */
export function readCpuMs(pids: readonly number[]): Map<number, number> {
  return new Map(
    pids.flatMap((pid) => {
      const ms = readProcess(pid);
      return ms === undefined ? [] : [[pid, ms] as const];
    }),
  );
}

/** proc(5): fields 14 and 15 of the process's stat, behind its name in parentheses. */
function readProcess(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isFinite(ticks) ? (ticks * 1000) / TICKS_PER_SEC : undefined;
  } catch {
    return undefined;
  }
}
