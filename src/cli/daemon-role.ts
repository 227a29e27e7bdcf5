import { ConfigError } from '../config/config-error.ts';
import type { StartFailure, StartMessage } from '../process/start-messages.ts';
import { runSupervisor } from '../supervisor/run.ts';
import { exitCodeOf } from './exit-codes.ts';
import { loadForRun, type RunConfig } from './load-for-run.ts';
import { nameRunningServer } from './name-running-server.ts';
import { readLoadOptions } from './overrides.ts';
import { reportError } from './report-error.ts';

/** Nobody but the owner writes, nobody but the group reads. */
const UMASK = 0o027;

/**
 * The supervisor in the background. It tells the program that started it how the start went, and nothing after
 * that. Resolves with the exit code.
 */
export async function runDaemon(rawArgs: readonly string[]): Promise<number> {
  process.umask(UMASK);
  try {
    return await run(await loadForRun(readLoadOptions(rawArgs)));
  } catch (error) {
    if (await tell({ type: 'failed', failure: describe(error) })) return exitCodeOf(error);
    return reportError(error, { asJson: false });
  }
}

async function run({ loaded, load }: RunConfig): Promise<number> {
  try {
    return await runSupervisor(loaded, load, {
      isInBackground: true,
      onReady: () => void tell({ type: 'ready' }),
    });
  } catch (error) {
    throw await nameRunningServer(error, loaded.config);
  }
}

/** Resolves with whether somebody was there to be told. */
async function tell(message: StartMessage): Promise<boolean> {
  if (!process.connected) return false;
  const isTold = await new Promise<boolean>((resolve) => {
    process.send!(message, undefined, undefined, (error) => resolve(error === null));
  });
  if (process.connected) process.disconnect?.();
  return isTold;
}

function describe(error: unknown): StartFailure {
  const { code = 'ERR_START', message = String(error) } = error as Partial<NodeJS.ErrnoException>;
  const problems = error instanceof ConfigError ? error.problems : undefined;
  return { code, message, exitCode: exitCodeOf(error), problems };
}
