import { setTimeout as delay } from 'node:timers/promises';
import { defineCommand } from 'citty';
import { type Paths, resolvePaths } from '../config/paths.ts';
import { callControl } from '../supervisor/control-client.ts';
import type { Status } from '../supervisor/status.ts';
import { askServer, isSilence, orderServer } from './ask-server.ts';
import { EXIT } from './exit-codes.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { loadPlace } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { parseSeconds } from './parse-number.ts';
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

/** For the start, beside what the end of the old one may take. */
const START_MARGIN_SECS = 30;
const POLL_INTERVAL_MS = 100;
const POLL_TIMEOUT_MS = 2000;

export const restartVerb = defineCommand({
  meta: {
    description:
      'Restarts the running server and returns when it runs again. With --workers, only the workers are replaced, and no connection attempt is refused. Where the configuration file has mistakes, the server is left alone and the exit code is 78; it is 75 if the server is not back in time, 69 if none runs.',
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
  async run({ args, rawArgs }): Promise<void> {
    const timeout = args.timeout === undefined ? undefined : parseSeconds('--timeout', args.timeout);
    // Elsewhere `--workers` is a number, and a part of the configuration.
    const options = readLoadOptions(rawArgs.filter((token) => !/^--(no-)?workers$/.test(token)));
    const { config } = await loadPlace(options);
    const paths = resolvePaths(config);
    const timeoutSecs = timeout ?? config.daemon.shutdown_timeout_secs + START_MARGIN_SECS;
    if (args.workers) await replaceWorkers(paths, timeoutSecs, args.json === true);
    else await restartDaemon(paths, timeoutSecs, args.json === true);
  },
});

async function replaceWorkers(paths: Paths, timeoutSecs: number, asJson: boolean): Promise<void> {
  const result = await orderServer(paths, 'restart', { scope: 'workers' }, timeoutSecs);
  if (asJson) printJson({ scope: 'workers', ...result });
  else {
    const { workers, duration_ms, pid } = result;
    const what = workers === 1 ? 'the worker' : `${workers} workers`;
    process.stdout.write(`replaced ${what} in ${formatMilliseconds(duration_ms)} (pid ${pid})\n`);
  }
}

async function restartDaemon(paths: Paths, timeoutSecs: number, asJson: boolean): Promise<void> {
  const before = await askServer(paths, 'status');
  await assertConfigUsable(paths);
  const startedAt = performance.now();
  try {
    await callControl(paths, 'restart', { scope: 'daemon' }, { timeoutMs: timeoutSecs * 1000 });
  } catch (error) {
    // A server that ends may close the socket before it has answered; what runs afterwards tells.
    if (!isSilence(error)) throw error;
  }
  const after = await waitForSuccessor(paths, before, startedAt + timeoutSecs * 1000);
  if (after === undefined || !isBack(before, after)) throw explainAbsence(before, after, timeoutSecs);
  const duration_ms = Math.round(performance.now() - startedAt);
  if (asJson) printJson({ scope: 'daemon', pid: after.pid, started_at: after.started_at, duration_ms });
  else process.stdout.write(`restarted in ${formatMilliseconds(duration_ms)} (pid ${after.pid})\n`);
}

/** A server that ends for a file with mistakes would not come back. Throws the `ControlError` that tells them. */
async function assertConfigUsable(paths: Paths): Promise<void> {
  await callControl(paths, 'reload', { dry_run: true }).catch((error) => {
    if (error.code === 'ERR_CONFIG_INVALID') throw error;
  });
}

/** The status when another server runs than before; or the last one before the deadline, if any. */
async function waitForSuccessor(paths: Paths, before: Status, deadline: number): Promise<Status | undefined> {
  for (;;) {
    const status = await callControl(paths, 'status', {}, { timeoutMs: POLL_TIMEOUT_MS }).catch((error) => {
      if (isSilence(error)) return undefined;
      throw error;
    });
    if ((status && isBack(before, status)) || performance.now() >= deadline) return status;
    await delay(POLL_INTERVAL_MS);
  }
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
