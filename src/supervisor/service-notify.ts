import { execFile } from 'node:child_process';
import type { Logger } from '../observe/logger.ts';

/** A message takes milliseconds; a service manager that is stuck must not pile them up. */
const TIMEOUT_MS = 5000;
const WAITING_MAX = 16;
const STATUS_CHARACTERS_MAX = 500;
const NANOSECONDS_PER_MICROSECOND = 1000n;
const WATCHDOG_SHARE = 0.5;

/**
 * Tells the service manager how the daemon is (sd_notify(3)). Node has no Unix datagram sockets, so the program
 * `systemd-notify` sends each message, one at a time and in order. Without `NOTIFY_SOCKET` nothing happens. What goes
 * wrong is told once in the log, and stops nothing.
 */
export class ServiceNotifier {
  readonly #socket: string | undefined;
  readonly #watchdogMs: number;
  readonly #path: string | undefined;
  readonly #logger: Logger;
  readonly #waiting: string[][] = [];
  #sending: Promise<void> | undefined;
  /** `missing` for good, `failing` until a message gets through. */
  #state: 'working' | 'failing' | 'missing' = 'working';
  #watchdog: NodeJS.Timeout | undefined;

  /** Takes the variables out of the environment: they are not meant for children. */
  constructor(logger: Logger, env: NodeJS.ProcessEnv = process.env) {
    const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, PATH } = env;
    for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name];
    const isWatched = WATCHDOG_PID === undefined || WATCHDOG_PID === String(process.pid);
    this.#socket = NOTIFY_SOCKET;
    this.#watchdogMs = isWatched ? Number(WATCHDOG_USEC ?? 0) / 1000 : 0;
    this.#path = PATH;
    this.#logger = logger;
  }

  ready(status: string): void {
    this.#notify('READY=1', describeStatus(status));
  }

  /** `ready` has to follow. */
  reloading(): void {
    // CLOCK_MONOTONIC; without it the service manager waits for ever.
    const microseconds = process.hrtime.bigint() / NANOSECONDS_PER_MICROSECOND;
    this.#notify('RELOADING=1', `MONOTONIC_USEC=${microseconds}`);
  }

  stopping(): void {
    clearInterval(this.#watchdog);
    this.#notify('STOPPING=1');
  }

  status(text: string): void {
    this.#notify(describeStatus(text));
  }

  /** Says regularly that the event loop turns, where the service manager asks for it. */
  startWatchdog(): void {
    if (!(this.#watchdogMs > 0)) return;
    clearInterval(this.#watchdog);
    const intervalMs = Math.max(1, this.#watchdogMs * WATCHDOG_SHARE);
    this.#watchdog = setInterval(() => {
      if (this.#waiting.length === 0) this.#notify('WATCHDOG=1');
    }, intervalMs).unref();
  }

  /** Ends the watchdog and resolves when everything is sent, or given up. */
  async close(): Promise<void> {
    clearInterval(this.#watchdog);
    await this.#sending;
  }

  #notify(...assignments: string[]): void {
    if (this.#socket === undefined || this.#state === 'missing') return;
    // What waits longest is the least true.
    if (this.#waiting.length >= WAITING_MAX) this.#waiting.shift();
    this.#waiting.push(assignments);
    this.#sending ??= this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await this.#send(next);
    }
    this.#sending = undefined;
  }

  #send(assignments: readonly string[]): Promise<void> {
    const options = {
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
      env: { PATH: this.#path, NOTIFY_SOCKET: this.#socket },
    } as const;
    const { promise, resolve } = Promise.withResolvers<void>();
    try {
      execFile('systemd-notify', [`--pid=${process.pid}`, ...assignments], options, (error, _, stderr) => {
        if (error === null) this.#state = 'working';
        else this.#fail(error, stderr);
        resolve();
      });
    } catch (error) {
      this.#fail(error as Error, '');
      resolve();
    }
    return promise;
  }

  #fail(error: Error & { code?: unknown }, stderr: string): void {
    const wasWorking = this.#state === 'working';
    this.#state = error.code === 'ENOENT' ? 'missing' : 'failing';
    if (this.#state === 'missing') this.#waiting.length = 0;
    if (!wasWorking) return;
    const why =
      this.#state === 'missing'
        ? 'there is no program systemd-notify; install it, or set Type=exec in the unit'
        : stderr.trim() || error.message;
    this.#logger.warn(`cannot tell the service manager how the server is: ${why}`);
  }
}

/** One line. */
function describeStatus(text: string): string {
  return `STATUS=${text.replace(/\s+/g, ' ').slice(0, STATUS_CHARACTERS_MAX)}`;
}
