import { LinkClient } from '../link/client.ts';
import { StreamClient } from '../link/stream-client.ts';
import { createChildLogger } from '../observe/logger.ts';
import { serveSupervisor } from '../process/child.ts';
import type { WorkerOrder, WorkerReport } from '../process/messages.ts';
import type { Protocol, Services } from '../protocols/protocol.ts';
import { PROTOCOLS, UPGRADES } from '../registry.ts';
import { PeerComplaints } from './complaints.ts';
import { type ConnectionLimits, ConnectionServer } from './connection-server.ts';
import { CountersByName } from './counters.ts';
import { LogQueue } from './log-queue.ts';
import { testWorker } from './self-test.ts';

/** The process that talks to clients. Resolves with the exit code. */
export function runWorker(): Promise<number> {
  const logger = createChildLogger('millrace.worker', 'info');
  const counters = new CountersByName();
  let order: WorkerOrder;
  let link: LinkClient | undefined;
  let logs: LogQueue | undefined;
  let streams: StreamClient | undefined;
  let server: ConnectionServer | undefined;

  return serveSupervisor<WorkerOrder, WorkerReport>(
    {
      async run(first) {
        order = first;
        const { config, paths, listeners } = order;
        logger.level = config.logging.level;
        link = new LinkClient(paths.linkSocket, logger);
        streams = new StreamClient(link);
        await link.open();
        logs = new LogQueue(link, config.logs);
        const { health } = link;
        const services: Services = {
          logs,
          streams,
          upgrades: config.streams.enabled ? UPGRADES : [],
          config: () => order.config,
          health: () => link?.health ?? health,
          counters,
          complaints: new PeerComplaints(logger),
          logger,
        };
        const limits = await readLimits(order);
        const protocols = PROTOCOLS.filter((protocol) => isEnabled(protocol));
        if (order.isSuccessor) await Promise.all(protocols.map((protocol) => protocol.prepare?.()));
        await testWorker(link, limits.tlsContext);
        server = new ConnectionServer({
          listeners,
          protocols,
          services,
          alpn: ['http/1.1'],
          limits,
        });
        await server.start();

        function isEnabled({ name }: Protocol): boolean {
          return name === 'http' ? config.http.enabled : config.logs.enabled;
        }
      },
      async update(next) {
        const limits = await readLimits(next);
        order = next;
        logger.level = next.config.logging.level;
        server?.update(limits);
      },
      async drain(deadline, spreadMs) {
        await server?.drain(deadline, spreadMs);
        await logs?.drain(deadline);
        const messages = logs?.waitingCount ?? 0;
        if (messages > 0) logger.error({ messages }, 'lost messages that the store did not take in time');
      },
      async close() {
        await server?.close();
        streams?.close();
        link?.close();
      },
      report() {
        if (server === undefined || logs === undefined) return undefined;
        return {
          connections: server.connections,
          connectionsTotal: server.connectionsTotal,
          records: logs.records,
          bytes: logs.bytes,
          counts: counters.toObject(),
          memoryBytes: process.memoryUsage.rss(),
        };
      },
    },
    logger,
  );
}

/** Rejects where OpenSSL does not take the certificate. Without one, nothing of TLS is loaded. */
async function readLimits({ config, tls }: WorkerOrder): Promise<ConnectionLimits> {
  return {
    tlsContext: tls && (await import('../tls/context.ts')).createTlsContext(tls),
    connectionsMax: config.network.max_connections,
    timeoutMs: config.network.connection_timeout_secs * 1000,
  };
}
