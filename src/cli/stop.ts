import { setTimeout as delay } from 'node:timers/promises';
import { defineCommand } from 'citty';
import { type Paths, resolvePaths } from '../config/paths.ts';
import { callControl } from '../supervisor/control-client.ts';
import { readLivePid } from '../supervisor/pid-file.ts';
import { isSilence } from './ask-server.ts';
import { EXIT } from './exit-codes.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { loadPlace } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { parseSeconds } from './parse-number.ts';
import { isRunning } from './process-state.ts';
import { printJson } from './terminal.ts';

/** The server still runs when the time is over. */
export class StopTimeoutError extends Error {
  readonly code = 'ERR_STOP_TIMEOUT';
}

/** How long a forced stop leaves to the server before it is killed. */
const FORCE_AFTER_MS = 5000;
/** The server's own time limit for finishing is not the end of its process. */
const TIMEOUT_MARGIN_SECS = 5;
/** The kernel tells only its parent when a process ends. */
const POLL_INTERVAL_MS = 20;

export const stopVerb = defineCommand({
  meta: {
    description:
      'Stops the running server: it takes nothing new, finishes what it accepted, and ends. Returns when its process is gone. Exit code 3 if no server runs, 75 if it still runs after the timeout.',
  },
  args: {
    ...COMMON_FLAGS,
    force: { type: 'boolean', description: 'Close at once, and kill the server after 5 seconds' },
    timeout: {
      type: 'string',
      valueHint: 'SECONDS',
      description: 'How long to wait (default: daemon.shutdown_timeout_secs and 5 seconds more)',
    },
    ...PLACE_FLAGS,
    json: JSON_FLAG,
  },
  async run({ args, rawArgs }): Promise<number> {
    const timeout = args.timeout === undefined ? undefined : parseSeconds('--timeout', args.timeout);
    const { config } = await loadPlace(readLoadOptions(rawArgs));
    const startedAt = performance.now();
    const isForced = args.force === true;
    const pid = await requestStop(resolvePaths(config), isForced);
    if (pid === undefined) {
      if (args.json) printJson({ stopped: false, reason: 'not running' });
      else process.stdout.write('not running\n');
      return EXIT.notRunning;
    }
    const timeoutSecs = timeout ?? config.daemon.shutdown_timeout_secs + TIMEOUT_MARGIN_SECS;
    const killed = isForced ? await endByForce(pid) : await endInTime(pid, timeoutSecs);
    const seconds = Math.round(performance.now() - startedAt) / 1000;
    if (args.json) printJson({ stopped: true, pid, seconds, killed });
    else process.stdout.write(`stopped (pid ${pid}${killed ? ', killed' : ''})\n`);
    return EXIT.done;
  },
});

/** Over the control socket, else by a signal to the process in the PID file; undefined where nobody runs. */
async function requestStop(paths: Paths, isForced: boolean): Promise<number | undefined> {
  try {
    const mode = isForced ? 'quick' : 'graceful';
    return (await callControl(paths, 'stop', { mode }, { timeoutMs: FORCE_AFTER_MS })).pid;
  } catch (error) {
    if (!isSilence(error)) throw error;
    const pid = await readLivePid(paths.pidFile);
    if (pid !== undefined && signal(pid, isForced ? 'SIGQUIT' : 'SIGTERM')) return pid;
    if (error.code === 'ERR_CONTROL_TIMEOUT') throw error;
    return undefined;
  }
}

async function endInTime(pid: number, seconds: number): Promise<false> {
  if (await waitUntilGone(pid, seconds * 1000)) return false;
  throw new StopTimeoutError(
    `the server (pid ${pid}) still runs after ${seconds} s; wait with --timeout, or end it with "server stop --force"`,
  );
}

/** Resolves with whether it had to be killed. */
async function endByForce(pid: number): Promise<boolean> {
  if (await waitUntilGone(pid, FORCE_AFTER_MS)) return false;
  signal(pid, 'SIGKILL');
  if (await waitUntilGone(pid, FORCE_AFTER_MS)) return true;
  throw new StopTimeoutError(`the server (pid ${pid}) was killed, but the kernel has not ended it yet`);
}

async function waitUntilGone(pid: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (isRunning(pid)) {
    if (performance.now() >= deadline) return false;
    await delay(POLL_INTERVAL_MS);
  }
  return true;
}

/** False where the process is gone already. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw new Error(`no permission to stop the server (pid ${pid}); run this as its user`, { cause: error });
  }
}
