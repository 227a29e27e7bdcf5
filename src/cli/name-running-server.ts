import { resolvePaths } from '../config/paths.ts';
import type { Config } from '../config/types.generated.ts';
import { InstanceLockedError, isLocked } from '../process/instance-lock.ts';
import { PidFileError, readLivePid } from '../supervisor/pid-file.ts';

/** The PID file names a server that runs; its data may be elsewhere. */
export class AlreadyRunningError extends Error {
  readonly code = 'ERR_ALREADY_RUNNING';
  constructor(pid: number, pidFile: string) {
    super(
      `a server runs already (pid ${pid}, from ${pidFile}); see "server status", end it with "server stop" or "server restart", or set another daemon.pid_file for a second one`,
    );
  }
}

/** Throws where the PID file names a server: `InstanceLockedError` if one has this data, else `AlreadyRunningError`. */
export async function assertNoneIsNamed(config: Config): Promise<void> {
  const { dataDirectory, pidFile } = resolvePaths(config);
  const pid = await readLivePid(pidFile);
  if (pid === undefined) return;
  if (await isLocked('supervisor', dataDirectory)) throw new InstanceLockedError(dataDirectory, pid);
  throw new AlreadyRunningError(pid, pidFile);
}

/** The same error; where another server keeps this one from starting, with its number if the PID file tells it. */
export async function nameRunningServer(error: unknown, config: Config): Promise<unknown> {
  const { dataDirectory, pidFile } = resolvePaths(config);
  if (error instanceof InstanceLockedError) {
    return new InstanceLockedError(dataDirectory, await readLivePid(pidFile));
  }
  if (!(error instanceof PidFileError) || error.code !== 'ERR_ALREADY_RUNNING') return error;
  const pid = await readLivePid(pidFile);
  return pid === undefined ? error : new AlreadyRunningError(pid, pidFile);
}
