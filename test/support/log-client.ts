import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { encodeLogMessage } from '../../src/protocols/log-frames/encode.ts';

export interface Address {
  readonly address: string;
  readonly port: number;
  /** The authority to trust; without it the connection is plain. */
  readonly ca?: Buffer;
}

/** A connection that is open. Errors later on show as its end. With `allowHalfOpen` it goes on after the server's end. */
export async function openConnection(
  { address: host, port, ca }: Address,
  { allowHalfOpen = false } = {},
): Promise<Socket> {
  const socket = ca
    ? connectTls({ host, port, ca, servername: 'localhost' })
    : connect({ host, port, allowHalfOpen });
  await once(socket, ca ? 'secureConnect' : 'connect');
  socket.on('error', () => {});
  socket.resume();
  return socket;
}

/** Frames whose messages are `<name> <from>` and so on. */
export function createFrames(name: string, count: number, from = 0): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, (_, i) =>
      encodeLogMessage({
        timestamp: '2025-01-15T10:30:45.123Z',
        hostname: 'myhost',
        loggerName: 'app_logger',
        level: 'info',
        filename: 'main.py',
        functionName: 'process_data',
        lineNumber: '42',
        message: `${name} ${from + i}`,
      }),
    ),
  );
}

/** Writes everything and waits until the server has closed its side too. */
export async function sendAndClose(socket: Socket, bytes: Buffer): Promise<void> {
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.end(bytes);
  await closed;
}

/** What lines say of each client: the running numbers by name, in the order of the file. */
export function readNumbersByName(lines: readonly string[]): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const line of lines) {
    const [, name, number] = /(\S+) (\d+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`a line that no client sent: ${line}`);
    const seen = numbers.get(name) ?? [];
    seen.push(Number(number));
    numbers.set(name, seen);
  }
  return numbers;
}
