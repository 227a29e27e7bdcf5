import type { Logger } from '../observe/logger.ts';
import type { Answer, Order } from './messages.ts';

/** What a child process does for its supervisor. */
export interface Role<Run, Report> {
  /** Resolves when the part serves. A rejection is told to the supervisor and ends the process. */
  run(order: Run): Promise<void>;
  /** Resolves when everything accepted is finished, or the deadline has passed. */
  drain(deadline: AbortSignal): Promise<void>;
  /** Releases everything. */
  close(): Promise<void>;
  report(): Report;
}

/** Signals of a terminal reach the whole process group; children obey the channel only. */
const IGNORED_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGPIPE'] as const;

/** Time for the last acknowledgements when the supervisor has gone. */
const ORPHAN_TIMEOUT_MS = 1000;

/**
 * The life of a child process: obeys the supervisor's channel, one order after the other, and ends when it
 * closes. Resolves with the exit code.
 */
export async function serveSupervisor<Run extends { type: 'run' }, Report>(
  role: Role<Run, Report>,
  logger: Logger,
): Promise<number> {
  for (const signal of IGNORED_SIGNALS) process.on(signal, () => {});
  const orders = receiveOrders<Run>();
  for await (const order of orders) {
    switch (order.type) {
      case 'run':
        try {
          await role.run(order as Run);
          send({ type: 'ready' });
        } catch (error) {
          const { code = 'ERR_START', message } = error as NodeJS.ErrnoException;
          logger.debug({ error }, 'cannot start');
          send({ type: 'failed', error: { code, message } });
          await role.close();
          return 1;
        }
        break;
      case 'drain':
        await role.drain(AbortSignal.timeout(order.timeoutMs));
        await role.close();
        return 0;
      case 'quit':
        await role.close();
        return 0;
      case 'report':
        send({ type: 'report', report: role.report() });
    }
  }
  // The supervisor is gone, and with it whoever would restart this process.
  await Promise.race([role.close(), new Promise((resolve) => setTimeout(resolve, ORPHAN_TIMEOUT_MS))]);
  return 0;

  function send(answer: Answer<Report>): void {
    // A channel that is closing shows in the loop above.
    if (process.connected) process.send?.(answer, undefined, undefined, () => {});
  }
}

/** Ends when the channel closes. */
async function* receiveOrders<Run>(): AsyncGenerator<Order<Run>> {
  const received: Order<Run>[] = [];
  let wake: () => void = () => {};
  let isConnected = process.connected;
  process.on('message', (order) => {
    received.push(order as Order<Run>);
    wake();
  });
  process.on('disconnect', () => {
    isConnected = false;
    wake();
  });
  while (received.length > 0 || isConnected) {
    if (received.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const order = received.shift();
    if (order !== undefined) yield order;
  }
}
