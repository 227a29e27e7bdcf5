import type { Logger } from '../observe/logger.ts';
import type { Answer, AnswerError, Order } from './messages.ts';

/** What a child process does for its supervisor. */
export interface Role<Run, Report> {
  /** Resolves when the part serves. A rejection is told to the supervisor and ends the process. */
  run(order: Run): Promise<void>;
  /** Resolves when the new values of live keys hold. A rejection means that the old ones still do. */
  update(order: Run): Promise<void>;
  /**
   * Resolves when everything accepted is finished, or the deadline has passed. May be called again with an
   * earlier deadline.
   */
  drain(deadline: AbortSignal, spreadMs: number): Promise<void>;
  /** Another program has renamed the files that are written. */
  reopen?(): void;
  /** What an operator asks for by a method's name. */
  call?(method: string, params: unknown): Promise<unknown>;
  /** Releases everything, also while `run` or `drain` is at work. */
  close(): Promise<void>;
  /** Undefined until it serves. */
  report(): Report | undefined;
}

/** Signals of a terminal reach the whole process group; children obey the channel only. */
const IGNORED_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGPIPE'] as const;

/** Time to release everything when nobody waits for more. */
const CLOSE_TIMEOUT_MS = 1000;

const HEARTBEAT_CHECK_MS = 1000;
/** A supervisor that is silent for so long is stuck or stopped. Serving goes on without it. */
const SILENCE_MS_MAX = 10_000;

/**
 * The life of a child process: obeys its supervisor, and ends when it is told to, or when the channel closes,
 * since then nobody is left who would restart it. Resolves with the exit code.
 */
export function serveSupervisor<Run extends { type: 'run' }, Report>(
  role: Role<Run, Report>,
  logger: Logger,
): Promise<number> {
  const ended = Promise.withResolvers<number>();
  const heartbeat = watchSupervisor(logger);
  for (const signal of IGNORED_SIGNALS) process.on(signal, () => {});
  process.on('disconnect', () => void end(0));
  process.on('message', (message) => {
    const order = message as Order<Run>;
    heartbeat.heard();
    switch (order.type) {
      case 'run':
        void run(order);
        break;
      case 'update':
        void update(order.to);
        break;
      case 'drain':
        void role.drain(AbortSignal.timeout(order.timeoutMs), order.spreadMs).then(() => end(0));
        break;
      case 'call':
        void call(order.id, order.method, order.params);
        break;
      case 'reopen':
        role.reopen?.();
        break;
      case 'quit':
        void end(0);
        break;
      case 'report':
        send({ type: 'report', report: role.report() });
    }
  });
  return ended.promise;

  async function run(order: Run): Promise<void> {
    try {
      await role.run(order);
      send({ type: 'ready' });
    } catch (error) {
      logger.debug({ error }, 'cannot start');
      send({ type: 'failed', error: describeError(error) });
      await end(1);
    }
  }

  async function update(order: Run): Promise<void> {
    try {
      await role.update(order);
      send({ type: 'updated' });
    } catch (error) {
      logger.debug({ error }, 'cannot update');
      send({ type: 'refused', error: describeError(error) });
    }
  }

  async function call(id: number, method: string, params: unknown): Promise<void> {
    try {
      send({ type: 'answered', id, result: await role.call?.(method, params) });
    } catch (error) {
      send({ type: 'answered', id, error: describeError(error) });
    }
  }

  async function end(code: number): Promise<void> {
    heartbeat.close();
    const timer = setTimeout(() => ended.resolve(code), CLOSE_TIMEOUT_MS);
    await role.close();
    clearTimeout(timer);
    ended.resolve(code);
  }

  function send(answer: Answer<Report>): void {
    // A channel that is closing has its own event.
    if (process.connected) process.send?.(answer, undefined, undefined, () => {});
  }
}

function describeError(error: unknown): AnswerError {
  const { code = 'ERR_START', message } = error as NodeJS.ErrnoException;
  return { code, message };
}

/** Tells, once, of a supervisor that has fallen silent, and when it is back. */
function watchSupervisor(logger: Logger): { heard(): void; close(): void } {
  let heardAt = performance.now();
  let isSilent = false;
  const timer = setInterval(() => {
    if (isSilent || performance.now() - heardAt < SILENCE_MS_MAX) return;
    isSilent = true;
    logger.error(`the supervisor has not been heard for ${SILENCE_MS_MAX / 1000} s; serving goes on`);
  }, HEARTBEAT_CHECK_MS).unref();
  return {
    heard() {
      heardAt = performance.now();
      if (isSilent) logger.warn('the supervisor is heard again');
      isSilent = false;
    },
    close: () => clearInterval(timer),
  };
}
