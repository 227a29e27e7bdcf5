/**
 * Sends prepared messages as fast as they are taken, as a process of its own. Prints `ready` when everything
 * is prepared and connected, starts at the first byte on its standard input, and prints `{ cpuSecs }` when the
 * server has taken everything.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { parseArgs } from 'node:util';
import { encodeLogMessage } from '../src/protocols/log-frames/encode.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    ca: { type: 'string', default: '' },
    connections: { type: 'string', default: '1' },
    messages: { type: 'string', default: '1' },
    payload: { type: 'string', default: 'frames' },
    writes: { type: 'string', default: 'bulk' },
  },
});
const connections = Number(values.connections);
const messages = Number(values.messages);
const BULK_BYTES = 64 * 1024;

/** Every line has the same length, so that a file's size tells how many there are. */
const pad = (value: number, width: number) => String(value).padStart(width, '0');

/** About 300 bytes as a line of the log file. */
function createMessage(connection: number, number: number): Buffer {
  const record = {
    timestamp: '2025-01-15T10:30:45.123Z',
    hostname: 'app-server-17',
    loggerName: 'billing.invoices',
    level: 'info' as const,
    filename: 'invoice_service.py',
    functionName: 'create_invoice',
    lineNumber: '418',
    processId: '4711',
    processName: 'billing',
    threadName: 'MainThread',
    serviceName: 'billing',
    message: `created invoice for customer 1048576 with 12 positions, total 1834.50 EUR, due in 30 days, sent by mail and archived, c${pad(connection, 2)} ${pad(number, 7)}`,
  };
  if (values.payload === 'frames') return encodeLogMessage(record);
  const { timestamp, hostname, loggerName, level, filename, functionName, lineNumber, message } = record;
  return Buffer.from(
    `<14>1 ${timestamp} ${hostname} ${loggerName} 4711 - - ${level} ${filename} ${functionName} ${lineNumber} ${message}\n`,
  );
}

/** One buffer a message, or joined to pieces of 64 KiB. */
function prepare(connection: number): Buffer[] {
  const pieces: Buffer[] = [];
  let open: Buffer[] = [];
  let openBytes = 0;
  for (let number = 0; number < messages / connections; number += 1) {
    const message = createMessage(connection, number);
    open.push(message);
    openBytes += message.length;
    if (values.writes === 'single' || openBytes >= BULK_BYTES) {
      pieces.push(Buffer.concat(open));
      open = [];
      openBytes = 0;
    }
  }
  if (open.length > 0) pieces.push(Buffer.concat(open));
  return pieces;
}

async function open(): Promise<Socket> {
  const address = { host: '127.0.0.1', port: Number(values.port), noDelay: true };
  const ca = values.ca === '' ? undefined : readFileSync(values.ca);
  const socket = ca ? connectTls({ ...address, ca, servername: 'localhost' }) : connect(address);
  await once(socket, ca ? 'secureConnect' : 'connect');
  return socket;
}

async function send(socket: Socket, pieces: readonly Buffer[]): Promise<void> {
  socket.resume();
  for (const piece of pieces) if (!socket.write(piece)) await once(socket, 'drain');
  const closed = once(socket, values.payload === 'frames' ? 'close' : 'finish');
  socket.end();
  await closed;
}

const prepared = Array.from({ length: connections }, (_, connection) => prepare(connection));
const sockets = await Promise.all(prepared.map(open));
console.log('ready');
await once(process.stdin, 'data');
const before = process.cpuUsage();
await Promise.all(sockets.map((socket, i) => send(socket, prepared[i] as Buffer[])));
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpuSecs: (user + system) / 1e6 }));
process.exit();
