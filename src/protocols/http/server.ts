import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Connection, Services } from '../protocol.ts';

/** As long as common load balancers keep an idle connection, and a little. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const HEADER_BYTES_MAX = 16 * 1024;
const CHECKING_INTERVAL_MS = 1000;

/** One for all connections of a worker: Node's parser and time limits live in it. */
const servers = new WeakMap<Services, Server>();

/** Resolves when the connection has ended. */
export async function serveHttp(connection: Connection, services: Services): Promise<void> {
  const { socket, draining, closing } = connection;
  if (socket.destroyed) return;
  const server = openServer(services);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const state: ConnectionState = {
    connection,
    draining,
    requests: 0,
    answeredBytes: -1,
    upgraded: undefined,
  };
  // A request under way, also half of one, has an answer that closes; an idle client is told by the end.
  const close = () => {
    if (state.upgraded === undefined && state.requests === 0 && socket.bytesRead === state.answeredBytes)
      socket.end();
  };
  states.set(socket, state);
  closing.addEventListener('abort', close);
  server.emit('connection', socket);
  socket.resume();
  if (closing.aborted) close();
  await closed;
  await state.upgraded;
  closing.removeEventListener('abort', close);
}

interface ConnectionState {
  readonly connection: Connection;
  /** Resolves when what it was upgraded to has ended. */
  upgraded: Promise<void> | undefined;
  readonly draining: AbortSignal;
  /** Those that are not answered yet. */
  requests: number;
  /** How much had been read when the last one was answered. */
  answeredBytes: number;
}

const states = new WeakMap<object, ConnectionState>();

function openServer(services: Services): Server {
  let server = servers.get(services);
  if (server === undefined) {
    server = createServer(
      {
        maxHeaderSize: HEADER_BYTES_MAX,
        keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
        connectionsCheckingInterval: CHECKING_INTERVAL_MS,
      },
      (request, response) => answer(request, response, services),
    );
    // The worker listens in its place; without this event Node would not watch the time limits above.
    server.emit('listening');
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      services.counters.add(`http_refused.${error.code ?? 'unknown'}`);
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      else socket.destroy();
    });
    server.on('upgrade', (request, socket, head) => upgrade(request, socket, head, services));
    servers.set(services, server);
  }
  const timeoutMs = services.config().network.connection_timeout_secs * 1000;
  server.headersTimeout = timeoutMs;
  server.requestTimeout = timeoutMs;
  return server;
}

function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, services: Services): void {
  const state = states.get(request.socket);
  const [path] = (request.url ?? '/').split('?', 1);
  const target = services.upgrades.find(({ paths }) => paths.includes(path as string));
  if (state === undefined || target === undefined) {
    services.counters.add('http_refused.upgrade');
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  services.counters.add(`connections.${target.name}`);
  state.upgraded = target.serve(request, socket, head, state.connection, services);
}

function answer(request: IncomingMessage, response: ServerResponse, services: Services): void {
  services.counters.add('http_requests');
  // A body is of no use to any route here; the limit on it is that nobody reads it.
  if (request.headers['content-length'] ?? request.headers['transfer-encoding']) {
    response.setHeader('Connection', 'close');
  }
  const state = states.get(request.socket);
  if (state !== undefined) {
    state.requests += 1;
    response.once('close', () => {
      state.requests -= 1;
      state.answeredBytes = request.socket.bytesRead;
    });
    if (state.draining.aborted) response.setHeader('Connection', 'close');
  }
  const [path] = (request.url ?? '/').split('?', 1);
  const route = path === undefined ? undefined : ROUTES[path];
  if (route === undefined) {
    send(response, 404, { error: 'not_found', message: `nothing is at ${path}` });
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    send(response, 405, { error: 'method_not_allowed', message: `use GET for ${path}` });
  } else {
    route(response, services);
  }
}

const ROUTES: Readonly<Record<string, (response: ServerResponse, services: Services) => void>> = {
  __proto__: null as never,
  '/healthz': sendAlive,
  '/api/health': sendAlive,
  '/readyz': sendReady,
};

/** Whether this process answers; never looks at the store, so that a full disk restarts nobody. */
function sendAlive(response: ServerResponse): void {
  send(response, 200, { status: 'ok' });
}

/** Whether records are taken: the store is reachable and can write. */
function sendReady(response: ServerResponse, services: Services): void {
  const { ready, reasons } = services.health();
  send(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not_ready', reasons });
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}
