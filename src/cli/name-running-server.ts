import { resolvePaths } from '../config/paths.ts';
import type { Config } from '../config/types.generated.ts';
import { InstanceLockedError } from '../process/instance-lock.ts';
import { readLivePid } from '../supervisor/pid-file.ts';

/** The same error; where another server has the data, with its number if the PID file tells it. */
export async function nameRunningServer(error: unknown, config: Config): Promise<unknown> {
  if (!(error instanceof InstanceLockedError)) return error;
  const { dataDirectory, pidFile } = resolvePaths(config);
  return new InstanceLockedError(dataDirectory, await readLivePid(pidFile));
}
