import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel says of a process; undefined where it is gone. */
export interface ProcessFacts {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** 0 where it has no terminal. */
  readonly terminal: number;
  readonly commandLine: string;
}

export function readProcess(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent, group, session, terminal] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return {
      pid,
      state,
      commandLine,
      ...{
        parent: Number(parent),
        group: Number(group),
        session: Number(session),
        terminal: Number(terminal),
      },
    };
  } catch {
    return undefined;
  }
}

/** Those that run and for which it is so. */
export function findProcesses(matches: (facts: ProcessFacts) => boolean): ProcessFacts[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((facts) => facts !== undefined && facts.state !== 'Z' && matches(facts)) as ProcessFacts[];
}

/** The ids in a line of /proc/PID/status, such as `Uid` (real, effective, saved, file system) or `Groups`. */
export function readIds(pid: number, line: 'Uid' | 'Gid' | 'Groups'): number[] {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const ids = new RegExp(`^${line}:\\s*(.*)$`, 'm').exec(status)?.[1]?.trim() ?? '';
  return ids === '' ? [] : ids.split(/\s+/).map(Number);
}

/** Whether a signal has been sent to the process that it has not taken yet. */
export function isSignalWaiting(pid: number): boolean {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return /^(SigPnd|ShdPnd):\s*0*[1-9a-f]/m.test(status);
}
