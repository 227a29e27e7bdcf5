/**
 * What pm2 keeps alive in the comparison: HTTP on one port and log frames, which are counted and dropped, on another.
 * It does what pm2's documentation asks for: tells when it is ready, and at SIGINT takes nothing new, finishes what
 * it has, and ends.
 */
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';

const { HTTP_PORT, LOG_PORT } = process.env;
const host = '127.0.0.1';
/** As Millrace: how long a log client may be silent in a drain. */
const DRAIN_SILENCE_MS = 1000;

let isDraining = false;
const sockets = new Set<Socket>();

const http = createHttpServer({ keepAliveTimeout: 65_000 }, (_request, response) => {
  if (isDraining) response.setHeader('Connection', 'close');
  const text = '{"status":"ok"}\n';
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': text.length });
  response.end(text);
});

const logs = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
  let rest = Buffer.alloc(0);
  sockets.add(socket);
  socket.on('data', (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let position = 0;
    while (position + 4 <= bytes.length) {
      const end = position + 4 + bytes.readUInt32BE(position);
      if (end > bytes.length) break;
      position = end;
    }
    rest = Buffer.from(bytes.subarray(position));
  });
  socket.on('error', () => {});
  socket.once('end', () => socket.end());
  socket.once('close', () => sockets.delete(socket));
  if (isDraining) drain(socket);
});

process.once('SIGINT', () => {
  isDraining = true;
  const closed = [http, logs].map((server) => new Promise((resolve) => server.close(resolve)));
  void Promise.all(closed).then(() => process.exit(0));
  http.closeIdleConnections();
  for (const socket of sockets) drain(socket);
});

http.listen({ host, port: Number(HTTP_PORT) }, () => {
  logs.listen({ host, port: Number(LOG_PORT) }, () => process.send?.('ready'));
});

function drain(socket: Socket): void {
  socket.end();
  socket.setTimeout(DRAIN_SILENCE_MS, () => socket.destroy());
}
