import { setTimeout as delay } from 'node:timers/promises';
import { type Address, createFrames } from '../log-client.ts';
import { ClientConnection } from './client-connection.ts';
import type { Faults } from './faults.ts';
import { takeAnswer } from './http-stream.ts';
import type { LogClient, StreamOptions } from './log-stream.ts';

/** How long a visitor waits that was refused or cut. */
const RETRY_MS = 5;

/** Connects, asks once, and leaves. Returns whether it was answered. */
export async function visitHttp(address: Address, name: string, faults: Faults): Promise<boolean> {
  const connection = await ClientConnection.open(address, faults, name);
  if (connection === undefined) return false;
  const { socket, closed } = connection;
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
  });
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  socket.once('end', () => socket.end());
  const { error } = await closed;
  const status = takeAnswer(received)?.answer.status;
  if (status === undefined) faults.add('unanswered', `${name}: ${error?.message ?? 'closed'}`);
  else if (status !== 200) faults.add('wrong', `${name} got status ${status}`);
  return status === 200;
}

/** Connects, sends one message, and leaves. Returns what it has written. */
export async function visitLogs(address: Address, name: string, faults: Faults): Promise<LogClient> {
  const connection = await ClientConnection.open(address, faults, name);
  if (connection === undefined) return { name, written: 0, lasts: [] };
  const { socket, closed } = connection;
  socket.end(createFrames(`${name}.0`, 1));
  const { error } = await closed;
  if (error !== undefined) faults.add('cut', `${name}: ${error.message}`);
  return { name, written: 1, lasts: [0] };
}

/**
 * Visits one time after the other. `onAnswer` gets how long each took from its first attempt to the answer, however
 * often it was refused or cut in between.
 */
export async function visitHttpOften(
  { name, address, pauseMs, faults, stopped }: StreamOptions,
  onAnswer: (tookMs: number) => void,
): Promise<void> {
  while (!stopped.aborted) {
    const startedAt = performance.now();
    while (!(await visitHttp(address, name, faults))) await delay(RETRY_MS);
    onAnswer(performance.now() - startedAt);
    await delay(pauseMs);
  }
}
