import { setTimeout as delay } from 'node:timers/promises';
import { defineCommand } from 'citty';
import type { LoadedConfig } from '../config/load.ts';
import { type Paths, resolvePaths } from '../config/paths.ts';
import { callControl } from '../supervisor/control-client.ts';
import type { Status } from '../supervisor/status.ts';
import { askServer, isSilence, orderServer } from './ask-server.ts';
import { assertRestartable } from './assert-restartable.ts';
import { EXIT } from './exit-codes.ts';
import { findControlSocket } from './find-control-socket.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { readLastErrors, readLastLine } from './last-errors.ts';
import { loadPlace } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { parseSeconds } from './parse-number.ts';
import { isRunning } from './process-state.ts';
import { reportRefusal } from './reload.ts';
import { mayBeStartedAgain } from './service-manager.ts';
import { printJson } from './terminal.ts';
import { formatMilliseconds } from './units.ts';

/** The server was ordered to start anew and has not come back. */
export class RestartTimeoutError extends Error {
  readonly code = 'ERR_RESTART_TIMEOUT';
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The server has ended, and its program did not start again in its place. */
export class RestartFailedError extends Error {
  readonly code = 'ERR_RESTART_FAILED';
}

/** For the start, beside what the end of the old one may take. */
const START_MARGIN_SECS = 30;
const POLL_INTERVAL_MS = 100;
const POLL_TIMEOUT_MS = 2000;

export const restartVerb = defineCommand({
  meta: {
    description:
      'Restarts the running server and returns when it runs again. With --workers, only the workers are replaced, and no connection attempt is refused. Where the configuration file has mistakes, or asks for what cannot be had, the server is left alone and the exit code is 78. It is 1 if the server has ended and does not come back, 75 if it is not done in time, 69 if none runs.',
  },
  args: {
    ...COMMON_FLAGS,
    workers: { type: 'boolean', description: 'Replace the workers only; the old ones finish what they have' },
    timeout: {
      type: 'string',
      valueHint: 'SECONDS',
      description: `How long to wait (default: daemon.shutdown_timeout_secs and ${START_MARGIN_SECS} seconds more)`,
    },
    ...PLACE_FLAGS,
    json: JSON_FLAG,
  },
  async run({ args, rawArgs }): Promise<number> {
    const timeout = args.timeout === undefined ? undefined : parseSeconds('--timeout', args.timeout);
    const asJson = args.json === true;
    // Elsewhere `--workers` is a number, and a part of the configuration.
    const options = readLoadOptions(rawArgs.filter((token) => !/^--(no-)?workers$/.test(token)));
    const loaded = await loadPlace(options);
    const timeoutSecs = timeout ?? loaded.config.daemon.shutdown_timeout_secs + START_MARGIN_SECS;
    try {
      if (args.workers) await replaceWorkers(loaded, timeoutSecs, asJson);
      else await restartDaemon(loaded, timeoutSecs, asJson);
      return EXIT.done;
    } catch (error) {
      return reportRefusal(error, asJson);
    }
  },
});

async function replaceWorkers({ config }: LoadedConfig, timeoutSecs: number, asJson: boolean): Promise<void> {
  const paths = await findControlSocket(resolvePaths(config));
  const result = await orderServer(paths, 'restart', { scope: 'workers' }, timeoutSecs);
  if (asJson) printJson({ scope: 'workers', ...result });
  else {
    const { workers, duration_ms, pid } = result;
    const what = workers === 1 ? 'the worker' : `${workers} workers`;
    process.stdout.write(`replaced ${what} in ${formatMilliseconds(duration_ms)} (pid ${pid})\n`);
  }
}

async function restartDaemon(loaded: LoadedConfig, timeoutSecs: number, asJson: boolean): Promise<void> {
  // The new server answers at the configured place, the old one perhaps at an earlier one.
  const configured = resolvePaths(loaded.config);
  const paths = await findControlSocket(configured);
  const before = await askServer(paths, 'status');
  await assertRestartable(paths, before, loaded);
  const { file } = loaded.config.logging;
  const lastLine = await readLastLine(file);
  const isAwaited = mayBeStartedAgain(before.pid);
  const startedAt = performance.now();
  try {
    await callControl(paths, 'restart', { scope: 'daemon' }, { timeoutMs: timeoutSecs * 1000 });
  } catch (error) {
    // A server that ends may close the socket before it has answered; what runs afterwards tells.
    if (!isSilence(error)) throw error;
  }
  const deadline = startedAt + timeoutSecs * 1000;
  const after = await waitForSuccessor(configured, before, isAwaited, deadline);
  if (after === 'none') throw await explainFailure(before, file, lastLine);
  if (after === undefined || !isBack(before, after)) throw explainAbsence(before, after, timeoutSecs);
  const duration_ms = Math.round(performance.now() - startedAt);
  if (asJson) printJson({ scope: 'daemon', pid: after.pid, started_at: after.started_at, duration_ms });
  else process.stdout.write(`restarted in ${formatMilliseconds(duration_ms)} (pid ${after.pid})\n`);
}

/**
 * The status when another server runs than before; or the last one before the deadline, if any. `none` where the
 * process has ended and nobody may start another one: the new program would have had the same process.
 */
async function waitForSuccessor(
  configured: Paths,
  before: Status,
  isAwaited: boolean,
  deadline: number,
): Promise<Status | undefined | 'none'> {
  for (;;) {
    // Looked at before the question: a server in another process may begin to answer in between.
    const hasEnded = !isRunning(before.pid);
    const paths = await findControlSocket(configured);
    const status = await callControl(paths, 'status', {}, { timeoutMs: POLL_TIMEOUT_MS }).catch((error) => {
      if (isSilence(error)) return undefined;
      throw error;
    });
    if ((status && isBack(before, status)) || performance.now() >= deadline) return status;
    if (status === undefined && hasEnded && !isAwaited) return 'none';
    await delay(POLL_INTERVAL_MS);
  }
}

/** With what the failed start has left in the log file. */
async function explainFailure(
  { pid }: Status,
  file: string,
  lastLine: string | undefined,
): Promise<RestartFailedError> {
  const what = `the server (pid ${pid}) has ended and did not start again`;
  const errors = await readLastErrors(file, lastLine);
  if (errors.length > 0) {
    return new RestartFailedError(`${what}; the last errors in ${file}:\n${errors.join('\n')}`);
  }
  const where =
    file === ''
      ? 'why is on its standard error only, since logging.file is not set'
      : `why is on its standard error, and what came before in ${file}`;
  return new RestartFailedError(`${what}; ${where}`);
}

function isOther(before: Status, now: Status): boolean {
  return now.pid !== before.pid || now.started_at !== before.started_at;
}

function isBack(before: Status, now: Status): boolean {
  return now.state === 'running' && isOther(before, now);
}

function explainAbsence(before: Status, now: Status | undefined, timeoutSecs: number): RestartTimeoutError {
  const where = 'see "server logs", and the service manager where there is one';
  if (now === undefined) {
    return new RestartTimeoutError(
      `the server ended and is not back after ${timeoutSecs} s; ${where}`,
      EXIT.failed,
    );
  }
  const what = isOther(before, now)
    ? `the new server (pid ${now.pid}) is still ${now.state}`
    : `the old server (pid ${now.pid}) still runs`;
  return new RestartTimeoutError(
    `${what} after ${timeoutSecs} s; wait with --timeout, or ${where}`,
    EXIT.tryAgain,
  );
}
