import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { ConfigError } from '../config/config-error.ts';
import { resolvePaths } from '../config/paths.ts';
import type { Config } from '../config/types.generated.ts';
import { LogFileError } from '../observe/log-file-error.ts';
import { LOG_FILE_MODE } from '../observe/rotating-file.ts';
import { resolveIdentity } from '../process/identity.ts';
import type { StartFailure, StartMessage } from '../process/start-messages.ts';
import { prepareDirectories, prepareLogFolder } from '../supervisor/directories.ts';
import { EXIT } from './exit-codes.ts';
import { assertNoneIsNamed } from './name-running-server.ts';
import { printJson } from './terminal.ts';

/** The server did not start in the background. */
export class DaemonStartError extends Error {
  readonly code: string;
  readonly exitCode: number;
  constructor(code: string, message: string, exitCode: number) {
    super(message);
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** How a start in the background came out. */
type Outcome =
  | StartMessage
  | { readonly type: 'ended'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly type: 'timeout' }
  | { readonly type: 'interrupted'; readonly signal: NodeJS.Signals };

/** What a server that is told to end gets before it is killed. */
const END_TIMEOUT_MS = 5000;
const LAST_WORDS_BYTES_MAX = 16 * 1024;
const LAST_WORDS_LINES_MAX = 20;
const SIGNAL_EXIT_BASE = 128;

/**
 * Starts the server again in a session of its own and waits until it serves. Resolves with the exit code; rejects
 * with the error of the server, and then nothing is left running.
 */
export async function startDaemon(
  config: Config,
  rawArgs: readonly string[],
  { timeoutSecs, asJson }: { timeoutSecs: number; asJson: boolean },
): Promise<number> {
  const { file } = config.logging;
  if (file === '') {
    throw new DaemonStartError(
      'ERR_DAEMON_WITHOUT_LOG',
      'a server in the background needs a file for its log; set logging.file, or give --log-dir DIR',
      EXIT.config,
    );
  }
  const paths = resolvePaths(config);
  await assertNoneIsNamed(config);
  const identity = resolveIdentity(config.daemon);
  prepareDirectories(paths, identity);
  prepareLogFolder(file, identity);
  const log = openLog(file);
  try {
    const from = fstatSync(log).size;
    const child = spawnDaemon(rawArgs, log);
    const outcome = await waitForOutcome(child, timeoutSecs * 1000);
    if (outcome.type === 'ready') {
      if (asJson) printJson({ pid: child.pid });
      else process.stdout.write(`started (pid ${child.pid})\n`);
      return EXIT.done;
    }
    await end(child, outcome.type === 'failed');
    throw explain(outcome, { timeoutSecs, file, lastWords: readLastWords(log, from) });
  } finally {
    closeSync(log);
  }
}

/** Stray prints and the last words of a crash go there too. */
function openLog(file: string): number {
  try {
    return openSync(file, 'a+', LOG_FILE_MODE);
  } catch (error) {
    throw new LogFileError(file, 'open', error);
  }
}

function spawnDaemon(rawArgs: readonly string[], log: number): ChildProcess {
  const entry = realpathSync(process.argv[1] as string);
  const args = rawArgs.filter((arg) => !/^--(no-)?(daemon|timeout|json)(=|$)/.test(arg));
  return spawn(process.execPath, [entry, 'role:daemon', ...args], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
}

/** The first of: it says how it went, it ends, the time is over, somebody stops this program. */
async function waitForOutcome(child: ChildProcess, timeoutMs: number): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const interrupt = (signal: NodeJS.Signals) => resolve({ type: 'interrupted', signal });
  const timer = setTimeout(() => resolve({ type: 'timeout' }), timeoutMs);
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  child.on('message', (message) => resolve(message as StartMessage));
  // Its message may still be on the way when it has ended; the channel closes behind it.
  child.on('close', (code, signal) => resolve({ type: 'ended', code, signal }));
  child.on('error', (error: NodeJS.ErrnoException) =>
    resolve({
      type: 'failed',
      failure: {
        code: error.code ?? 'ERR_SPAWN',
        message: `cannot start the server: ${error.message}`,
        exitCode: EXIT.failed,
        problems: undefined,
      },
    }),
  );
  const outcome = await promise;
  clearTimeout(timer);
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  if (child.connected) child.disconnect();
  child.unref();
  return outcome;
}

/**
 * Resolves when the server is gone, which it may be about to be by itself. It leads a process group of its own, with
 * everything that it has started.
 */
async function end(child: ChildProcess, isEnding: boolean): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const { pid } = child;
  child.ref();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (!isEnding) child.kill('SIGTERM');
  const timer = setTimeout(() => process.kill(-pid, 'SIGKILL'), END_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

function explain(
  outcome: Exclude<Outcome, { readonly type: 'ready' }>,
  { timeoutSecs, file, lastWords }: { timeoutSecs: number; file: string; lastWords: string },
): Error {
  switch (outcome.type) {
    case 'failed':
      return toError(outcome.failure);
    case 'ended': {
      const { code, signal } = outcome;
      const how = signal === null ? `exit code ${code}` : `killed by ${signal}`;
      const exitCode = signal === null ? code || EXIT.failed : SIGNAL_EXIT_BASE + constants.signals[signal];
      return new DaemonStartError(
        'ERR_DAEMON_ENDED',
        `the server ended before it was ready (${how})${lastWords || `; see ${file}`}`,
        exitCode,
      );
    }
    case 'timeout':
      return new DaemonStartError(
        'ERR_DAEMON_TIMEOUT',
        `the server was not ready within ${timeoutSecs} s and was ended; see ${file}, or give it longer with --timeout`,
        EXIT.tryAgain,
      );
    case 'interrupted':
      return new DaemonStartError(
        'ERR_DAEMON_INTERRUPTED',
        `interrupted by ${outcome.signal}; the server was ended`,
        SIGNAL_EXIT_BASE + constants.signals[outcome.signal],
      );
  }
}

function toError({ code, message, exitCode, problems }: StartFailure): Error {
  return problems === undefined ? new DaemonStartError(code, message, exitCode) : new ConfigError(problems);
}

/** What the server has printed past its log, which is JSON. */
function readLastWords(log: number, from: number): string {
  const bytes = Math.min(LAST_WORDS_BYTES_MAX, Math.max(0, fstatSync(log).size - from));
  const buffer = Buffer.alloc(bytes);
  const read = readSync(log, buffer, 0, bytes, fstatSync(log).size - bytes);
  const lines = buffer.toString('utf8', 0, read).split('\n');
  const words = lines.filter((line) => line !== '' && !line.startsWith('{')).slice(-LAST_WORDS_LINES_MAX);
  return words.length === 0 ? '' : `:\n${words.join('\n')}`;
}
