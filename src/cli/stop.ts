import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { defineCommand } from 'citty';
import type { Paths } from '../config/paths.ts';
import { callControl } from '../supervisor/control-client.ts';
import { isServer, readLivePid } from '../supervisor/pid-file.ts';
import { isSilence } from './ask-server.ts';
import { isSame, type KnownProcess, listChildren } from './descendants.ts';
import { EXIT } from './exit-codes.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { assertNobodyRuns } from './hidden-server.ts';
import { locateServer } from './locate-server.ts';
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
/** A server that is well answers within milliseconds, also while it stops. */
const ANSWER_TIMEOUT_MS = 3000;
/** What a child needs at the most to notice that its supervisor has gone, and to end. */
const CHILDREN_END_MS = 3000;
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
    const { config, paths } = await locateServer(readLoadOptions(rawArgs));
    const startedAt = performance.now();
    const isForced = args.force === true;
    const pid = await requestStop(paths, isForced);
    if (pid === undefined) {
      if (args.json) printJson({ stopped: false, reason: 'not running' });
      else process.stdout.write('not running\n');
      return EXIT.notRunning;
    }
    const isNamed = (await readLivePid(paths.pidFile)) === pid;
    const timeoutSecs = timeout ?? config.daemon.shutdown_timeout_secs + TIMEOUT_MARGIN_SECS;
    const killed = isForced
      ? await endByForce(pid, startedAt + FORCE_AFTER_MS)
      : await endInTime(pid, timeoutSecs);
    if (killed && isNamed) await removeLeftPidFile(paths.pidFile);
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
    return (await callControl(paths, 'stop', { mode }, { timeoutMs: ANSWER_TIMEOUT_MS })).pid;
  } catch (error) {
    if (!isSilence(error)) throw error;
    const pid = await readLivePid(paths.pidFile);
    if (pid !== undefined && signal(pid, isForced ? 'SIGQUIT' : 'SIGTERM')) return pid;
    if (error.code === 'ERR_CONTROL_TIMEOUT') throw error;
    if (pid === undefined) await assertNobodyRuns(paths);
    return undefined;
  }
}

async function endInTime(pid: number, seconds: number): Promise<false> {
  if (await waitUntilGone(pid, seconds * 1000)) return false;
  throw new StopTimeoutError(
    `the server (pid ${pid}) still runs after ${seconds} s; wait with --timeout, or end it with "server stop --force"`,
  );
}

/** With everything that it has started. Resolves with whether it had to be killed. */
async function endByForce(pid: number, killAt: number): Promise<boolean> {
  const children = listChildren(pid);
  const hasEnded = await waitUntilGone(pid, Math.max(0, killAt - performance.now()));
  // Whoever answers on the control socket says who it is.
  if (!hasEnded && (await isServer(pid))) signal(pid, 'SIGKILL');
  const isGone = hasEnded || (await waitUntilGone(pid, FORCE_AFTER_MS));
  const wereLeft = await killLeft(children);
  if (isGone) return !hasEnded || wereLeft;
  throw new StopTimeoutError(`the server (pid ${pid}) was killed, but the kernel has not ended it yet`);
}

/** A server that was killed leaves it. Not that of one that somebody has started meanwhile. */
async function removeLeftPidFile(path: string): Promise<void> {
  if ((await readLivePid(path)) !== undefined) return;
  // Where that is not allowed, the next start replaces it.
  await rm(path, { force: true }).catch(() => {});
}

/** Children end by themselves soon after their parent, unless they hang. Resolves with whether one did. */
async function killLeft(children: readonly KnownProcess[]): Promise<boolean> {
  const deadline = performance.now() + CHILDREN_END_MS;
  while (children.some(isSame) && performance.now() < deadline) await delay(POLL_INTERVAL_MS);
  const left = children.filter(isSame);
  for (const { pid } of left) signal(pid, 'SIGKILL');
  while (left.some(isSame) && performance.now() < deadline + CHILDREN_END_MS) await delay(POLL_INTERVAL_MS);
  return left.length > 0;
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
