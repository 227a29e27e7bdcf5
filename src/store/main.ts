import { LinkServer } from '../link/server.ts';
import { StreamServer } from '../link/stream-server.ts';
import { createChildLogger } from '../observe/logger.ts';
import { serveSupervisor } from '../process/child.ts';
import { InstanceLock } from '../process/instance-lock.ts';
import type { StoreOrder, StoreReport } from '../process/messages.ts';
import { EventStreams, StreamRequestError } from './events/event-streams.ts';
import { SqliteEventStore } from './events/sqlite/sqlite-event-store.ts';
import { LogStore } from './logs/log-store.ts';

/** A store whose supervisor was killed needs this long at the most to notice and to end. */
const LOCK_WAIT_MS = 10_000;

/** The process that owns the data and the order. Resolves with the exit code. */
export function runStore(): Promise<number> {
  const logger = createChildLogger('millrace.store', 'info');
  let lock: InstanceLock | undefined;
  let logs: LogStore | undefined;
  let pageEventsMax = 0;
  let link: LinkServer | undefined;
  let events: EventStreams | undefined;
  return serveSupervisor<StoreOrder, StoreReport>(
    {
      async run({ config, paths }) {
        logger.level = config.logging.level;
        lock = new InstanceLock('store', paths.dataDirectory);
        await lock.acquire(LOCK_WAIT_MS);
        logs = new LogStore(config.logs, paths.logDirectory, paths.ledgerFile, logger);
        pageEventsMax = config.streams.replay_batch_events;
        if (config.streams.enabled) {
          events = new EventStreams(new SqliteEventStore(paths.eventFile), () => pageEventsMax);
          await events.start();
        }
        link = new LinkServer(paths.linkSocket, logs, logger, events && new StreamServer(events.handler));
        logs.onHealth = (health) => link?.announceHealth(health);
        await logs.start();
        await link.start();
      },
      async update({ config }) {
        logger.level = config.logging.level;
        pageEventsMax = config.streams.replay_batch_events;
        logs?.update(config.logs);
      },
      async call(method, params) {
        if (events === undefined) throw new StreamRequestError('event streams are off; see streams.enabled');
        return events.answer(method, params as Record<string, unknown>);
      },
      reopen() {
        logs?.reopen();
      },
      async drain(deadline) {
        await link?.drain(deadline);
        await Promise.all([logs?.drain(deadline), events?.drain(deadline)]);
      },
      async close() {
        await link?.close();
        await Promise.all([logs?.close(), events?.close()]);
        lock?.release();
      },
      report() {
        if (logs === undefined) return undefined;
        const { ready, reasons } = logs.health;
        return {
          ...logs.counts,
          nextSequence: logs.nextSequence,
          ready,
          reasons,
          memoryBytes: process.memoryUsage.rss(),
        };
      },
    },
    logger,
  );
}
