import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Closing, Connection, Services } from '../protocol.ts';
import { Conversation, type Wire } from './conversation.ts';
import { ForwarderSession } from './forwarder-session.ts';
import { MESSAGE_LIMITS } from './limits.ts';
import { ReceiverSession } from './receiver-session.ts';

/** What may wait in memory of what was sent: a page goes out while the next one is read. */
const WAITING_BYTES_MAX = 64 * 1024;
/** For the Close frame of the other side; the place of the device is free long before. */
const CLOSE_TIMEOUT_MS = 5000;

const SESSIONS = {
  '/ws/v1/forwarders': ForwarderSession,
  '/ws/v1/receivers': ReceiverSession,
} as const;

/** Tells at once when a Close frame has come: the event `close` may be half a minute behind it. */
class ClosingWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason);
    this.emit('closing');
  }
}

const server = new WebSocketServer({
  noServer: true,
  WebSocket: ClosingWebSocket,
  maxPayload: MESSAGE_LIMITS.textMax,
  // A device has one connection and small messages; a dictionary for each costs more than it saves.
  perMessageDeflate: false,
  clientTracking: false,
});

/** One WebSocket (RFC 6455), from its upgrade to its end: devices send events, receivers get them. */
export async function serveStreams(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  connection: Connection,
  services: Services,
): Promise<void> {
  const [path] = (request.url ?? '').split('?', 1);
  const Session = SESSIONS[path as keyof typeof SESSIONS];
  const { promise: opened, resolve } = Promise.withResolvers<WebSocket | undefined>();
  socket.once('close', () => resolve(undefined));
  server.handleUpgrade(request, socket, head, resolve);
  const client = await opened;
  if (client === undefined) return;
  const session = new Session(randomUUID(), () => services.config().streams);
  const conversation = new Conversation(
    session,
    services.streams,
    createWire(client, socket),
    (reason, message) => {
      const { address, peer } = connection;
      services.complaints.tell(address, `streams_${reason}`, { peer, reason }, message);
      services.counters.add(`streams.${reason}`);
    },
  );
  const closed = new Promise<void>((ended) => client.once('close', () => ended()));
  client.on('message', (data, isBinary) => {
    if (isBinary) conversation.receiveBinary();
    else conversation.receiveText(data.toString());
  });
  for (const event of ['ping', 'pong'] as const) client.on(event, () => conversation.hear());
  for (const event of ['closing', 'close'] as const) client.on(event, () => conversation.disconnect());
  client.on('error', (error: NodeJS.ErrnoException) => {
    services.counters.add(`streams_failed.${error.code ?? 'unknown'}`);
  });
  const { closing } = connection;
  const leave = () => conversation.leave((closing.reason as Closing).isHandover ? 'handover' : 'shutdown');
  closing.addEventListener('abort', leave);
  conversation.connect(request.headers.authorization);
  if (closing.aborted) leave();
  await conversation.ended;
  const timer = setTimeout(() => client.terminate(), CLOSE_TIMEOUT_MS);
  await closed;
  clearTimeout(timer);
  closing.removeEventListener('abort', leave);
}

function createWire(client: WebSocket, socket: Duplex): Wire {
  return {
    send: (text) => client.send(text),
    flushed: () => {
      if (client.bufferedAmount <= WAITING_BYTES_MAX || socket.destroyed) return Promise.resolve();
      return new Promise((resolve) => {
        socket.once('drain', resolve).once('close', resolve);
      });
    },
    ping: () => client.ping(),
    close: (code, reason) => client.close(code, reason),
    terminate: () => client.terminate(),
    pause: () => client.pause(),
    resume: () => client.resume(),
  };
}
