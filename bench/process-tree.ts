import { readdirSync, readFileSync } from 'node:fs';

/** What a process has taken so far. */
export interface Usage {
  readonly cpuSecs: number;
  readonly memoryPeakMb: number;
}

/** The kernel's unit of CPU time in /proc (USER_HZ). */
const TICKS_PER_SEC = 100;

export function readUsage(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuSecs: ticks / TICKS_PER_SEC, memoryPeakMb: Number(peak) / 1024 };
}

/**
 * The memory that a process has for itself. The pages of the program file are left out: their share depends on who
 * else on the machine runs the same one.
 */
export function readMemoryMb(pid: number): number {
  return Number(/^Pss_Anon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024;
}

/** A process and all below it. */
export function listTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended in between.
    }
  }
  const tree = [root];
  for (let i = 0; i < tree.length; i += 1) tree.push(...(children.get(tree[i] as number) ?? []));
  return tree;
}
