import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Config } from '../../../../src/config/types.generated.ts';
import type { LogBatch } from '../../../../src/link/log-batch.ts';
import type { StreamService } from '../../../../src/link/streams.ts';
import type { Logger } from '../../../../src/observe/logger.ts';
import { encodeLogMessage } from '../../../../src/protocols/log-frames/encode.ts';
import { logFrames } from '../../../../src/protocols/log-frames/protocol.ts';
import type { Closing, Services } from '../../../../src/protocols/protocol.ts';
import { PeerComplaints } from '../../../../src/worker/complaints.ts';
import { openBatch, readBatch } from '../../../support/log-frames.ts';
import { silentLogger } from '../../../support/logger.ts';

const BATCH_LINES_MAX = 100;
const CLOSING: Closing = { isHandover: true, patienceMs: 250, timeoutMs: 5000 };
const MESSAGE_BYTES_MAX = 65_536;

/** A server for one connection that keeps lines, counts and warnings in memory. */
class Subject {
  readonly counts: Record<string, number> = {};
  readonly warnings: Record<string, unknown>[] = [];
  readonly batches: LogBatch[] = [];
  readonly draining = new AbortController();
  /** What `flush` answers. */
  room: Promise<void> | undefined;
  flushes = 0;
  client!: Socket;
  served!: Promise<void>;
  #batch = openBatch('plain');
  #waiting: (() => void)[] = [];

  static async open(t: TestContext, { allowHalfOpen = false } = {}): Promise<Subject> {
    const subject = new Subject();
    const server = createServer({ pauseOnConnect: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    subject.client = connect({ port, host: '127.0.0.1', allowHalfOpen });
    subject.client.on('error', () => {});
    subject.client.resume();
    const [socket] = (await once(server, 'connection')) as [Socket];
    const { signal } = subject.draining;
    const connection = {
      id: 1,
      socket,
      address: 'client',
      peer: 'client:1',
      listener: 'main',
      secure: false,
      draining: signal,
      closing: signal,
    };
    subject.served = logFrames.serve(connection, subject.#services()).finally(() => socket.destroy());
    t.after(() => {
      subject.client.destroy();
      socket.destroy();
      server.close();
    });
    return subject;
  }

  get lines(): string[] {
    const all = [...this.batches, this.#batch].map((batch) => readBatch(batch)).join('');
    return all.split('\n').slice(0, -1);
  }

  get messages(): string[] {
    return this.lines.map((line) => line.replace(/^\d+ - - - NOTSET - - - /, ''));
  }

  /** Resolves when `isTrue` holds after some chunk or count. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #services(): Services {
    const subject = this;
    const logs = { max_message_bytes: MESSAGE_BYTES_MAX, max_batch_size: BATCH_LINES_MAX };
    return {
      logs: {
        get batch() {
          return subject.#batch;
        },
        flush() {
          subject.flushes += 1;
          if (subject.#batch.count > 0) subject.batches.push(subject.#batch);
          subject.#batch = openBatch('plain');
          subject.#wake();
          return subject.room;
        },
        // Full from the first batch on.
        room: () => (subject.flushes > 0 ? subject.room : undefined),
        store: () => Promise.reject(new Error('log frames are not acknowledged')),
      },
      streams: {} as StreamService,
      upgrades: [],
      config: () => ({ logs }) as Config,
      health: () => ({ ready: true, reasons: [] }),
      counters: {
        add(name, by = 1) {
          subject.counts[name] = (subject.counts[name] ?? 0) + by;
          subject.#wake();
        },
      },
      complaints: new PeerComplaints({
        warn: (fields: Record<string, unknown>) => subject.warnings.push(fields),
      } as unknown as Logger),
      logger: silentLogger,
    };
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const good = (message: string) => encodeLogMessage({ message });
const BAD = Buffer.from([0, 0, 0, 2, 0x0f, 1]);

function repeat(count: number, create: (i: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, i) => create(i)));
}

test('frames become lines in their order', async (t) => {
  const subject = await Subject.open(t);
  subject.client.end(repeat(1000, (i) => good(`message ${i}`)));
  await subject.served;
  assert.deepEqual(
    subject.messages,
    Array.from({ length: 1000 }, (_, i) => `message ${i}`),
  );
  assert.deepEqual(subject.counts, {});
});

test('no batch gets more lines than the configuration allows', async (t) => {
  const subject = await Subject.open(t);
  subject.client.end(repeat(1000, () => good('x')));
  await subject.served;
  assert.ok(subject.batches.every(({ count }) => count <= BATCH_LINES_MAX));
});

test('a refused message is counted and told once, and the next ones are taken', async (t) => {
  const subject = await Subject.open(t);
  subject.client.end(Buffer.concat([good('one'), BAD, good('two'), BAD, BAD, good('three')]));
  await subject.served;
  assert.deepEqual(subject.messages, ['one', 'two', 'three']);
  assert.deepEqual(subject.counts, { 'log_frames_refused.truncated': 3 });
  assert.deepEqual(subject.warnings, [
    { peer: 'client:1', listener: 'main', reason: 'truncated', refused: 1 },
  ]);
});

test('ten refused messages in a row close the connection, nine do not', async (t) => {
  const subject = await Subject.open(t);
  subject.client.write(
    Buffer.concat([repeat(9, () => BAD), good('one'), repeat(11, () => BAD), good('two')]),
  );
  await subject.served;
  await once(subject.client, 'close');
  assert.deepEqual(subject.messages, ['one']);
  assert.equal(subject.counts['log_frames_refused.truncated'], 19);
  assert.equal(subject.counts['log_connections_closed.refused_in_a_row'], 1);
});

test('a length that cannot be right closes the connection, and what came before it is kept', async (t) => {
  for (const [fault, length] of [
    ['length_zero', 0],
    ['length_too_large', MESSAGE_BYTES_MAX + 1],
  ] as const) {
    const subject = await Subject.open(t);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(length);
    subject.client.write(Buffer.concat([good('one'), bytes, good('two')]));
    await subject.served;
    await once(subject.client, 'close');
    assert.deepEqual(subject.messages, ['one']);
    assert.deepEqual(subject.counts, { [`log_frames_refused.${fault}`]: 1 });
  }
});

test('nothing more is read while the store has no room, and everything afterwards', async (t) => {
  const subject = await Subject.open(t);
  const { promise, resolve } = Promise.withResolvers<void>();
  subject.room = promise;
  subject.client.write(good('first'));
  await subject.until(() => subject.flushes > 0);
  const before = subject.flushes;
  const rest = repeat(50_000, (i) => good(`message ${i}`));
  subject.client.end(rest);
  // The kernel takes what it can; the client's own side keeps the rest, since nobody reads.
  await new Promise((done) => setImmediate(() => setImmediate(done)));
  assert.equal(subject.flushes, before);
  assert.deepEqual(subject.messages, ['first']);
  subject.room = undefined;
  resolve();
  await subject.served;
  assert.equal(subject.messages.length, 50_001);
  assert.equal(subject.messages.at(-1), 'message 49999');
});

test('a client that goes while the store has no room does not hold up its connection', async (t) => {
  const subject = await Subject.open(t);
  subject.room = new Promise(() => {});
  subject.client.write(good('first'));
  await subject.until(() => subject.flushes > 0);
  subject.draining.abort(CLOSING);
  subject.client.resetAndDestroy();
  await subject.served;
  assert.deepEqual(subject.messages, ['first']);
});

test('a frame that ends with the connection is counted as cut', async (t) => {
  const subject = await Subject.open(t);
  subject.client.end(Buffer.concat([good('one'), good('two').subarray(0, 9)]));
  await subject.served;
  assert.deepEqual(subject.messages, ['one']);
  assert.deepEqual(subject.counts, { log_frames_cut: 1 });
});

test('a reset connection is counted and ends quietly', async (t) => {
  const subject = await Subject.open(t);
  subject.client.write(good('one'));
  await subject.until(() => subject.flushes > 0);
  subject.client.resetAndDestroy();
  await subject.served;
  assert.deepEqual(subject.messages, ['one']);
  assert.deepEqual(subject.counts, { 'log_connections_failed.ECONNRESET': 1 });
  assert.deepEqual(subject.warnings, []);
});

test('a drain takes what the client has sent and ends with the last complete frame', async (t) => {
  const subject = await Subject.open(t);
  subject.client.write(good('one'));
  await subject.until(() => subject.flushes > 0);
  subject.client.write(Buffer.concat([repeat(20_000, () => good('more')), good('cut').subarray(0, 7)]));
  subject.draining.abort(CLOSING);
  await subject.served;
  assert.equal(subject.messages.length, 20_001);
  assert.deepEqual(subject.counts, { log_frames_cut: 1 });
});

test('a client that hears of the drain and finishes is read to its end', async (t) => {
  const subject = await Subject.open(t);
  subject.client.write(good('one'));
  await subject.until(() => subject.flushes > 0);
  subject.draining.abort(CLOSING);
  await once(subject.client, 'end');
  await subject.served;
  assert.deepEqual(subject.counts, {});
});

test('a client that stays silent in a drain is cut off', async (t) => {
  const subject = await Subject.open(t, { allowHalfOpen: true });
  subject.client.write(Buffer.concat([good('one'), good('two').subarray(0, 5)]));
  await subject.until(() => subject.flushes > 0);
  subject.draining.abort(CLOSING);
  await subject.served;
  assert.equal(subject.client.writableEnded, false);
  assert.deepEqual(subject.messages, ['one']);
  assert.deepEqual(subject.counts, { log_frames_cut: 1 });
});

test('a connection that starts during a drain is served and ended', async (t) => {
  const subject = await Subject.open(t);
  subject.draining.abort(CLOSING);
  subject.client.end(good('late'));
  await subject.served;
  assert.deepEqual(subject.messages, ['late']);
});

test('the first byte of a length is recognised', () => {
  assert.equal(logFrames.detect(good('one')), 'match');
  for (const text of ['GET / HTTP/1.1', '{', '<', '\x16\x03']) {
    assert.equal(logFrames.detect(Buffer.from(text)), 'mismatch');
  }
});
