import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** A server under measurement. */
export interface Subject {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** The authority to trust; empty for plain connections. */
  readonly ca: string;
  readonly payload: 'frames' | 'lines';
  /** How many messages it has taken to its end: in the file, where it writes one. */
  count(): Promise<number> | number;
  /** Messages that are missing, repeated or out of order, after the end; undefined where it keeps none. */
  countFaults(): Promise<number | undefined>;
  stop(): Promise<void>;
}

export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await ended;
  clearTimeout(timer);
}

export function startProcess(command: string, args: readonly string[], cwd: string): ChildProcess {
  return spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The files of a log, oldest first. */
export function listLogFiles(current: string): string[] {
  const backups = [];
  for (let i = 0; existsSync(`${current}.${i}`); i += 1) backups.unshift(`${current}.${i}`);
  return existsSync(current) ? [...backups, current] : backups;
}

export function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/**
 * Lines end in `c<connection> <number>`: each number must follow the one before, and the last be there; the first
 * too, unless the files are the tail of what was written.
 */
export async function countFaults(
  files: readonly string[],
  messages: number,
  connections: number,
  isTail = false,
): Promise<number> {
  const next = new Map<number, number>();
  let faults = 0;
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const [, connection, number] = /c(\d+) (\d+)$/.exec(line) ?? [];
      if (connection === undefined) faults += 1;
      else {
        const client = Number(connection);
        if (Number(number) !== (next.get(client) ?? (isTail ? Number(number) : 0))) faults += 1;
        next.set(client, Number(number) + 1);
      }
    }
  }
  for (let i = 0; i < connections; i += 1) {
    const last = next.get(i) ?? (isTail ? messages / connections : 0);
    if (last !== Math.ceil(messages / connections)) faults += 1;
  }
  return faults;
}
