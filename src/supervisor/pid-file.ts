import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export class PidFileError extends Error {
  readonly code: 'ERR_PID_FILE' | 'ERR_ALREADY_RUNNING';
  constructor(code: PidFileError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** USER_HZ, the same on every Linux. */
const TICKS_PER_SEC = 100;
/** The time of the boot is known to the second, and clocks are set. */
const CLOCK_TOLERANCE_MS = 5000;

/**
 * Writes this process's number for people and scripts; it is not the lock. The number of a live server is
 * refused; what is dead, another program's or garbage is replaced. Resolves with whether there was such a file: its
 * server did not end by itself. Throws `PidFileError`.
 */
export async function writePidFile(path: string): Promise<boolean> {
  const wasLeft = existsSync(path);
  const running = await readLivePid(path);
  if (running !== undefined && running !== process.pid) {
    throw new PidFileError('ERR_ALREADY_RUNNING', `${path} names a running server (pid ${running})`);
  }
  const fresh = `${path}.${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    if ((await stat(path).catch(() => undefined))?.isDirectory()) throw new Error('it is a directory');
    // Left by one that was killed and had the same number, as in a container.
    await rm(fresh, { force: true });
    const file = await open(fresh, 'wx', 0o644);
    await file.writeFile(`${process.pid}\n`);
    await file.close();
    await rename(fresh, path);
    return wasLeft;
  } catch (error) {
    const { message } = error as Error;
    throw new PidFileError(
      'ERR_PID_FILE',
      `cannot write the PID file ${path}: ${message}; see daemon.pid_file`,
      error,
    );
  }
}

/** Removes the file where it is still ours. */
export async function removePidFile(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (text.trim() === String(process.pid)) await rm(path, { force: true });
}

/** The number in the file where a server of ours has it, else undefined. */
export async function readLivePid(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = /^\s*([1-9]\d{0,9})\s*$/.exec(text)?.[1];
  if (pid === undefined) return undefined;
  const writtenAt = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
  return (await isServer(Number(pid), writtenAt)) ? Number(pid) : undefined;
}

/**
 * Numbers are used again: a process counts only where its command line is that of a server, and where it
 * started before it can have written the file.
 */
async function isServer(pid: number, writtenAtMs: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (!/millrace|main\.[jt]s/.test(commandLine) || commandLine.includes('role:')) return false;
  const startedAtMs = await readStartedAt(pid);
  return startedAtMs !== undefined && startedAtMs <= writtenAtMs + CLOCK_TOLERANCE_MS;
}

/** proc(5): field 22 of the process's stat counts from the boot, whose time is `btime`, in whole seconds. */
async function readStartedAt(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const boot = /^btime (\d+)$/m.exec(await readFile('/proc/stat', 'utf8').catch(() => ''))?.[1];
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  if (boot === undefined || ticks === undefined) return undefined;
  return Number(boot) * 1000 + (Number(ticks) * 1000) / TICKS_PER_SEC;
}
