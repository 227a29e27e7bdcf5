import assert from 'node:assert';
import { LinkClient } from '../link/client.ts';
import { createChildLogger } from '../observe/logger.ts';
import { serveSupervisor } from '../process/child.ts';
import type { WorkerOrder, WorkerReport } from '../process/messages.ts';
import type { Protocol, Services } from '../protocols/protocol.ts';
import { PROTOCOLS } from '../registry.ts';
import { createTlsContext } from '../tls/context.ts';
import { PeerComplaints } from './complaints.ts';
import { ConnectionServer } from './connection-server.ts';
import { CountersByName } from './counters.ts';
import { LogQueue } from './log-queue.ts';

/** The process that talks to clients. Resolves with the exit code. */
export function runWorker(): Promise<number> {
  const logger = createChildLogger('millrace.worker', 'info');
  const counters = new CountersByName();
  let link: LinkClient | undefined;
  let logs: LogQueue | undefined;
  let server: ConnectionServer | undefined;

  return serveSupervisor<WorkerOrder, WorkerReport>(
    {
      async run({ config, paths, listeners, tls }) {
        logger.level = config.logging.level;
        link = new LinkClient(paths.linkSocket, logger);
        await link.open();
        logs = new LogQueue(link, config.logs);
        const { health } = link;
        const services: Services = {
          logs,
          config: () => config,
          health: () => link?.health ?? health,
          counters,
          complaints: new PeerComplaints(logger),
          logger,
        };
        server = new ConnectionServer({
          listeners,
          protocols: PROTOCOLS.filter((protocol) => isEnabled(protocol)),
          services,
          tlsContext: tls && createTlsContext(tls),
          alpn: ['http/1.1'],
          connectionsMax: config.network.max_connections,
          timeoutMs: config.network.connection_timeout_secs * 1000,
        });
        await server.start();

        function isEnabled({ name }: Protocol): boolean {
          return name === 'http' ? config.http.enabled : config.logs.enabled;
        }
      },
      async drain(deadline) {
        await server?.drain(deadline);
        await logs?.drain(deadline);
        const messages = logs?.waitingCount ?? 0;
        if (messages > 0) logger.error({ messages }, 'lost messages that the store did not take in time');
      },
      async close() {
        await server?.close();
        link?.close();
      },
      report() {
        assert(server && logs);
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
