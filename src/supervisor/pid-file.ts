import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export class PidFileError extends Error {
  readonly code: 'ERR_PID_FILE' | 'ERR_ALREADY_RUNNING';
  constructor(code: PidFileError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/**
 * Writes this process's number for people and scripts; it is not the lock. The number of a live server is
 * refused; what is dead, another program's or garbage is replaced. Throws `PidFileError`.
 */
export async function writePidFile(path: string): Promise<void> {
  const running = await readLivePid(path);
  if (running !== undefined && running !== process.pid) {
    throw new PidFileError('ERR_ALREADY_RUNNING', `${path} names a running server (pid ${running})`);
  }
  const fresh = `${path}.${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    if ((await stat(path).catch(() => undefined))?.isDirectory()) throw new Error('it is a directory');
    const file = await open(fresh, 'wx', 0o644);
    await file.writeFile(`${process.pid}\n`);
    await file.close();
    await rename(fresh, path);
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
  return (await isServer(Number(pid))) ? Number(pid) : undefined;
}

/** Numbers are used again: a process counts only where its command line is that of a server. */
async function isServer(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return /millrace|main\.[jt]s/.test(commandLine) && !commandLine.includes('role:');
}
