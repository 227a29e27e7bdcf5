import { readdirSync, readFileSync } from 'node:fs';

/** A process, by more than its number, which another one gets later. */
export interface KnownProcess {
  readonly pid: number;
  /** In ticks since the boot. */
  readonly startedAt: string;
}

/** The processes that this one has started; none elsewhere than on Linux. */
export function listChildren(parent: number): KnownProcess[] {
  return listPids().flatMap((pid) => {
    const facts = readFacts(pid);
    return facts?.parent === parent ? [{ pid, startedAt: facts.startedAt }] : [];
  });
}

/** Whether it is still the same process, and runs. */
export function isSame({ pid, startedAt }: KnownProcess): boolean {
  const facts = readFacts(pid);
  return facts !== undefined && facts.startedAt === startedAt && facts.state !== 'Z';
}

function listPids(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** proc(5): the name of the program stands in parentheses and may hold anything. */
function readFacts(pid: number): { state: string; parent: number; startedAt: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), startedAt: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
