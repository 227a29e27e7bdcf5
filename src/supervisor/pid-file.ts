import { constants } from 'node:fs';
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectories } from '../process/make-directories.ts';

export class PidFileError extends Error {
  readonly code: 'ERR_PID_FILE' | 'ERR_ALREADY_RUNNING';
  constructor(code: PidFileError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const MODE = 0o644;
/** More than any number and its line end take. */
const CONTENT_BYTES_MAX = 64;
/** USER_HZ, the same on every Linux. */
const TICKS_PER_SEC = 100;
const NO_PID_FILE = { text: '', writtenAtMs: 0, owner: 0 };
/** The time of the boot is known to the second, and clocks are set. */
const CLOCK_TOLERANCE_MS = 5000;

/**
 * Writes this process's number for people and scripts; it is not the lock. The number of a live server is
 * refused; what is dead, another program's or garbage is replaced, and so is a link, never what it leads to: in a
 * directory like /tmp anybody can make one. Resolves with whether there was such a file: its server did not end by
 * itself. Throws `PidFileError`.
 */
export async function writePidFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  const running = await readLivePid(path);
  if (running !== undefined && running !== process.pid) {
    throw new PidFileError('ERR_ALREADY_RUNNING', `${path} names a running server (pid ${running})`);
  }
  const fresh = `${path}.${process.pid}`;
  try {
    makeDirectories(dirname(path), 0o755);
    if (found?.isDirectory()) throw new Error('it is a directory');
    // Left by one that was killed and had the same number, as in a container.
    await rm(fresh, { force: true });
    const file = await open(fresh, 'wx', MODE);
    try {
      // Whatever the umask: all may read it.
      await file.chmod(MODE);
      await file.writeFile(`${process.pid}\n`);
    } finally {
      await file.close();
    }
    await rename(fresh, path);
    return found !== undefined;
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {});
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
  const { text } = await readPidFile(path);
  if (text.trim() === String(process.pid)) await rm(path, { force: true });
}

/** The number in the file where a server of ours has it, else undefined. */
export async function readLivePid(path: string): Promise<number | undefined> {
  const { text, writtenAtMs, owner } = await readPidFile(path);
  const pid = Number(/^\s*([1-9]\d{0,9})\s*$/.exec(text)?.[1]);
  if (Number.isNaN(pid) || !(await isServer(pid)) || !(await mayName(owner, pid))) return undefined;
  if (process.platform !== 'linux') return pid;
  // Numbers are used again: the process has to have started before it can have written the file.
  const startedAtMs = await readStartedAt(pid);
  return startedAtMs !== undefined && startedAtMs <= writtenAtMs + CLOCK_TOLERANCE_MS ? pid : undefined;
}

/** Nothing for what is no file: a pipe would keep us waiting, and a link may be anybody's. */
async function readPidFile(path: string): Promise<{ text: string; writtenAtMs: number; owner: number }> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (!found.isFile() || found.size > CONTENT_BYTES_MAX) return NO_PID_FILE;
      return { text: await file.readFile('utf8'), writtenAtMs: found.mtimeMs, owner: found.uid };
    } finally {
      await file.close();
    }
  } catch {
    return NO_PID_FILE;
  }
}

/** Nobody but root and the user of a process may have others stop it. */
async function mayName(owner: number, pid: number): Promise<boolean> {
  if (owner === 0 || process.platform !== 'linux') return true;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) === owner;
}

/** Whether the process lives and its command line is that of a server. */
export async function isServer(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return /millrace|main\.[jt]s/.test(commandLine) && !/role:(worker|store|folder-check)/.test(commandLine);
}

/** proc(5): field 22 of the process's stat counts from the boot, whose time is `btime`, in whole seconds. */
async function readStartedAt(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const boot = /^btime (\d+)$/m.exec(await readFile('/proc/stat', 'utf8').catch(() => ''))?.[1];
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  if (boot === undefined || ticks === undefined) return undefined;
  return Number(boot) * 1000 + (Number(ticks) * 1000) / TICKS_PER_SEC;
}
