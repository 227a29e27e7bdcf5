import type { Logger } from '../observe/logger.ts';
import type { Answer, Order } from './messages.ts';

/** What a child process does for its supervisor. */
export interface Role<Run, Report> {
  /** Resolves when the part serves. A rejection is told to the supervisor and ends the process. */
  run(order: Run): Promise<void>;
  /** Resolves when everything accepted is finished, or the deadline has passed. */
  drain(deadline: AbortSignal): Promise<void>;
  /** Releases everything, also while `run` or `drain` is at work. */
  close(): Promise<void>;
  report(): Report;
}

/** Signals of a terminal reach the whole process group; children obey the channel only. */
const IGNORED_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGPIPE'] as const;

/** Time to release everything when nobody waits for more. */
const CLOSE_TIMEOUT_MS = 1000;

/**
 * The life of a child process: obeys its supervisor, and ends when it is told to, or when the channel closes,
 * since then nobody is left who would restart it. Resolves with the exit code.
 */
export function serveSupervisor<Run extends { type: 'run' }, Report>(
  role: Role<Run, Report>,
  logger: Logger,
): Promise<number> {
  const ended = Promise.withResolvers<number>();
  for (const signal of IGNORED_SIGNALS) process.on(signal, () => {});
  process.on('disconnect', () => void end(0));
  process.on('message', (message) => {
    const order = message as Order<Run>;
    switch (order.type) {
      case 'run':
        void run(order);
        break;
      case 'drain':
        void role.drain(AbortSignal.timeout(order.timeoutMs)).then(() => end(0));
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
      const { code = 'ERR_START', message } = error as NodeJS.ErrnoException;
      logger.debug({ error }, 'cannot start');
      send({ type: 'failed', error: { code, message } });
      await end(1);
    }
  }

  async function end(code: number): Promise<void> {
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
