import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LinkClient } from '../../../src/link/client.ts';
import { encodeFrame, FRAME } from '../../../src/link/frame.ts';
import { type LinkHandler, LinkServer } from '../../../src/link/server.ts';
import { StreamClient } from '../../../src/link/stream-client.ts';
import { StreamServer } from '../../../src/link/stream-server.ts';
import {
  type Cursor,
  type ForwarderCommand,
  type ForwarderListener,
  type ReadEvent,
  type ReceiverListener,
  StreamServiceError,
} from '../../../src/link/streams.ts';
import { createFolder } from '../../support/folder.ts';
import { silentLogger } from '../../support/logger.ts';
import { RecordingHandler } from './recording-handler.ts';

const NO_LOGS: LinkHandler = {
  health: { ready: true, reasons: [] },
  nextSequence: 0,
  append: () => assert.fail('nobody sends log lines'),
};
const GREETING = { deviceId: 'finish', displayName: 'Finish', readerIps: ['10.0.0.1'] };
const MIB = 1024 * 1024;

class Listener implements ForwarderListener, ReceiverListener {
  readonly told: unknown[] = [];
  #wake = Promise.withResolvers<void>();

  /** Resolves with what was told when it is as much as this. */
  async tells(count: number): Promise<unknown[]> {
    while (this.told.length < count) await this.#wake.promise;
    return this.told;
  }

  probe(): void {
    this.#tell('probe');
  }

  command(command: ForwarderCommand): void {
    this.#tell(command);
  }

  moreEvents(): void {
    this.#tell('moreEvents');
  }

  lost(): void {
    this.#tell('lost');
  }

  #tell(what: unknown): void {
    this.told.push(what);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

class Setting {
  readonly path: string;
  readonly link: LinkClient;
  readonly streams: StreamClient;
  handler = new RecordingHandler();
  #server: LinkServer | undefined;

  constructor(t: TestContext, timeoutMs?: number) {
    this.path = join(createFolder(t), 'link.sock');
    this.link = new LinkClient(this.path, silentLogger);
    this.streams = new StreamClient(this.link, timeoutMs);
    t.after(async () => {
      this.streams.close();
      this.link.close();
      await this.stop();
    });
  }

  async start(handler = this.handler): Promise<void> {
    this.handler = handler;
    this.#server = new LinkServer(this.path, NO_LOGS, silentLogger, new StreamServer(handler));
    await this.#server.start();
  }

  async open(): Promise<void> {
    await this.start();
    await this.link.open();
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }

  /** The store ends, and the worker has seen it. */
  async lose(): Promise<void> {
    const lost = once(this.link, 'disconnected');
    await this.stop();
    await lost;
  }
}

function createEvents(count: number, from = 1, line = 'a line'): ReadEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    forwarder_id: 'finish',
    reader_ip: '10.0.0.1',
    stream_epoch: 1,
    seq: from + i,
    reader_timestamp: '2026-11-21T10:00:00Z',
    raw_read_line: line,
    read_type: 'raw',
  }));
}

function createCursor(last_seq: number, reader_ip = '10.0.0.1'): Cursor {
  return { forwarder_id: 'finish', reader_ip, stream_epoch: 1, last_seq };
}

test('every call reaches the store and every answer comes back', async (t) => {
  const setting = new Setting(t);
  await setting.open();
  const { streams, handler } = setting;
  assert.deepEqual(await streams.authenticate(new Uint8Array(32).fill(1)), {
    id: 'finish',
    type: 'forwarder',
    isConnected: false,
  });
  assert.equal(await streams.authenticate(new Uint8Array(32)), undefined);
  assert.equal(await streams.openForwarder('f', GREETING, new Listener()), true);
  await streams.greetAgain('f', { ...GREETING, displayName: null });
  assert.deepEqual(handler.greetings, [GREETING, { ...GREETING, displayName: null }]);
  const events = createEvents(2, 1, 'with "quotes", \u0000, ␀ and \ud800');
  assert.deepEqual(await streams.append('f', events), { inserted: 2, retransmitted: 0, conflicts: 0 });
  assert.deepEqual(await streams.append('f', events), { inserted: 0, retransmitted: 2, conflicts: 0 });
  assert.deepEqual(handler.stored, events);
  streams.confirmAlive('f');
  streams.answerRequest('f', { outcome: 'sent', requestId: 'r' });
  streams.closeForwarder('f');
  await streams.openReceiver('r', 'screen', [createCursor(3)], new Listener());
  await streams.subscribe('r', [{ forwarder_id: 'finish', reader_ip: '10.0.0.2' }]);
  handler.pages = [{ eventsJson: '[{"line":"ä\\u0000"}]' }];
  assert.deepEqual(await streams.readPage('r'), { eventsJson: '[{"line":"ä\\u0000"}]' });
  assert.equal(await streams.readPage('r'), undefined);
  await streams.acknowledge('r', [createCursor(4)]);
  const closed = handler.called('closeReceiver r');
  streams.closeReceiver('r');
  await closed;
  assert.deepEqual(handler.openings, [{ cursors: [createCursor(3)] }]);
  assert.deepEqual(handler.answers, [{ outcome: 'sent', requestId: 'r' }]);
  assert.deepEqual(handler.calls, [
    'authenticate',
    'authenticate',
    'openForwarder f',
    'greetAgain f',
    'append f 1',
    'append f 1',
    'confirmAlive f',
    'answerRequest f',
    'closeForwarder f',
    'openReceiver r screen',
    'subscribe r 10.0.0.2',
    'readPage r',
    'readPage r',
    'acknowledge r 4',
    'closeReceiver r',
  ]);
});

test('the store tells a session of its own accord', async (t) => {
  const setting = new Setting(t);
  await setting.open();
  const [forwarder, receiver] = [new Listener(), new Listener()];
  await setting.streams.openForwarder('f', GREETING, forwarder);
  await setting.streams.openReceiver('r', 'screen', [], receiver);
  const { forwarders, receivers } = setting.handler;
  const command = { name: 'set-config', requestId: 'x', section: 's', payload: { a: [1] } } as const;
  forwarders.get('f')?.probe();
  forwarders.get('f')?.command(command);
  forwarders.get('f')?.lost();
  receivers.get('r')?.moreEvents();
  receivers.get('r')?.lost();
  assert.deepEqual(await receiver.tells(2), ['moreEvents', 'lost']);
  assert.deepEqual(await forwarder.tells(3), ['probe', command, 'lost']);
  await assert.rejects(setting.streams.append('f', createEvents(1)), StreamServiceError);
});

test('what the store cannot do rejects, and the session goes on', async (t) => {
  const setting = new Setting(t);
  await setting.open();
  const { streams, handler } = setting;
  await streams.openForwarder('f', GREETING, new Listener());
  handler.failure = new StreamServiceError('the disk is full');
  await assert.rejects(streams.append('f', createEvents(1)), new StreamServiceError('the disk is full'));
  handler.failure = undefined;
  assert.equal((await streams.append('f', createEvents(1))).inserted, 1);
});

test('a forwarder that is refused its place is not opened again', async (t) => {
  const setting = new Setting(t);
  await setting.open();
  setting.handler.hasPlace = false;
  assert.equal(await setting.streams.openForwarder('f', GREETING, new Listener()), false);
  await setting.lose();
  await setting.start(new RecordingHandler());
  await setting.streams.authenticate(new Uint8Array(32));
  assert.deepEqual(setting.handler.calls, ['authenticate']);
});

test('after a restart of the store sessions are opened again in order, then calls are repeated', async (t) => {
  const setting = new Setting(t);
  await setting.open();
  const { streams, handler } = setting;
  const [finish, start, screen] = [new Listener(), new Listener(), new Listener()];
  const latest = { ...GREETING, displayName: 'Ziel' };
  await streams.openForwarder('a', GREETING, finish);
  await streams.openReceiver('r', 'screen', [createCursor(3), createCursor(5, '10.0.0.9')], screen);
  await streams.openForwarder('b', GREETING, start);
  await streams.greetAgain('a', latest);
  await streams.subscribe('r', [{ forwarder_id: 'finish', reader_ip: '10.0.0.2' }]);
  await streams.acknowledge('r', [createCursor(7), createCursor(1, '10.0.0.2')]);
  await streams.openForwarder('c', GREETING, new Listener());
  handler.gate = new Promise(() => {});
  const read = handler.called('readPage r');
  const calls = [
    streams.append('a', createEvents(1, 1)),
    streams.append('a', createEvents(1, 2)),
    streams.acknowledge('r', [createCursor(8)]),
    streams.readPage('r'),
  ];
  await read;
  await setting.lose();
  assert.equal(handler.calls.at(-1), 'dropWorker');
  streams.closeForwarder('c');
  calls.push(streams.append('a', createEvents(1, 3)));
  const next = new RecordingHandler();
  next.pages = [{ eventsJson: '[1]' }];
  await setting.start(next);
  const answers = await Promise.all(calls);
  const stored = { inserted: 1, retransmitted: 0, conflicts: 0 };
  assert.deepEqual(answers, [stored, stored, undefined, { eventsJson: '[1]' }, stored]);
  assert.deepEqual(next.calls.slice(0, 3), ['openForwarder a', 'openReceiver r screen', 'openForwarder b']);
  assert.deepEqual(
    next.calls.filter((call) => / a\b/.test(call)),
    ['openForwarder a', 'append a 1', 'append a 2', 'append a 3'],
  );
  assert.deepEqual(
    next.calls.filter((call) => / r\b/.test(call)),
    ['openReceiver r screen', 'subscribe r 10.0.0.2', 'acknowledge r 8', 'readPage r'],
  );
  assert.ok(!next.calls.some((call) => call.endsWith(' c')));
  assert.deepEqual(next.greetings, [latest, GREETING]);
  assert.deepEqual(next.openings, [{ cursors: [createCursor(8), createCursor(5, '10.0.0.9')] }]);
  assert.deepEqual(await screen.tells(1), ['moreEvents']);
  assert.deepEqual([...finish.told, ...start.told], []);
});

test('what a closed session waits for rejects when the connection is lost, and it is not opened again', async (t) => {
  const setting = new Setting(t);
  await setting.open();
  const { streams, handler } = setting;
  await streams.openForwarder('f', GREETING, new Listener());
  handler.gate = new Promise(() => {});
  const appended = streams.append('f', createEvents(1));
  const closed = handler.called('closeForwarder f');
  streams.closeForwarder('f');
  await closed;
  const rejected = assert.rejects(appended, StreamServiceError);
  await setting.lose();
  await rejected;
  await setting.start(new RecordingHandler());
  await streams.authenticate(new Uint8Array(32));
  assert.deepEqual(setting.handler.calls, ['authenticate']);
});

test('an answer that a probe needs goes out when the session is open again', async (t) => {
  const setting = new Setting(t);
  await setting.open();
  const { streams } = setting;
  const listener = new Listener();
  listener.probe = () => streams.confirmAlive('f');
  await streams.openForwarder('f', GREETING, listener);
  await setting.lose();
  const next = new RecordingHandler();
  next.on('call', (call) => {
    if (call === 'openForwarder f') queueMicrotask(() => next.forwarders.get('f')?.probe());
  });
  const confirmed = next.called('confirmAlive f');
  await setting.start(next);
  await confirmed;
  assert.deepEqual(next.calls, ['openForwarder f', 'confirmAlive f']);
});

test('an opening that was under way is repeated', async (t) => {
  const setting = new Setting(t);
  await setting.open();
  await setting.lose();
  const opened = setting.streams.openForwarder('f', GREETING, new Listener());
  const device = setting.streams.authenticate(new Uint8Array(32).fill(1));
  await setting.start(new RecordingHandler());
  assert.equal(await opened, true);
  assert.equal((await device)?.id, 'finish');
  assert.deepEqual(setting.handler.calls.toSorted(), ['authenticate', 'openForwarder f']);
});

test('events are stored once and in order while the store restarts again and again', async (t) => {
  const setting = new Setting(t);
  await setting.open();
  const { streams, handler } = setting;
  await streams.openForwarder('f', GREETING, new Listener());
  const appended: Promise<unknown>[] = [];
  for (let i = 0; i < 300; i += 1) {
    appended.push(streams.append('f', createEvents(5, i * 5)));
    if (i % 50 === 25) {
      await appended[i - 10];
      await setting.lose();
      await setting.start(handler);
    }
  }
  await Promise.all(appended);
  assert.deepEqual(
    handler.stored.map(({ seq }) => seq),
    Array.from({ length: 1500 }, (_, i) => i),
  );
});

test('a session whose place is taken when the store is back is lost, and what it waits for rejects', async (t) => {
  const setting = new Setting(t);
  await setting.open();
  const { streams } = setting;
  const listener = new Listener();
  await streams.openForwarder('f', GREETING, listener);
  await setting.lose();
  const appended = streams.append('f', createEvents(1));
  const next = new RecordingHandler();
  next.hasPlace = false;
  await setting.start(next);
  await assert.rejects(appended, StreamServiceError);
  assert.deepEqual(await listener.tells(1), ['lost']);
  assert.ok(!next.calls.includes('append f 1'));
  streams.closeForwarder('f');
  assert.equal(next.stored.length, 0);
});

test('calls reject when the store is away for too long, and work when it is back', async (t) => {
  const setting = new Setting(t, 500);
  await setting.open();
  const { streams } = setting;
  await streams.openForwarder('f', GREETING, new Listener());
  await setting.lose();
  await assert.rejects(streams.append('f', createEvents(1, 1)), StreamServiceError);
  await assert.rejects(streams.authenticate(new Uint8Array(32)), StreamServiceError);
  const back = once(setting.link, 'connected');
  await setting.start(new RecordingHandler());
  await back;
  assert.equal((await streams.append('f', createEvents(1, 2))).inserted, 1);
  assert.deepEqual(setting.handler.calls, ['openForwarder f', 'append f 2']);
});

test('a large batch goes in parts, and a large page in one', async (t) => {
  const setting = new Setting(t);
  await setting.open();
  const { streams, handler } = setting;
  await streams.openForwarder('f', GREETING, new Listener());
  const events = createEvents(40, 1, 'x'.repeat(MIB));
  assert.equal((await streams.append('f', events)).inserted, 40);
  assert.ok(handler.calls.filter((call) => call.startsWith('append')).length >= 5);
  assert.deepEqual(
    handler.stored.map(({ seq }) => seq),
    events.map(({ seq }) => seq),
  );
  await streams.openReceiver('r', 'screen', [], new Listener());
  handler.pages = [{ eventsJson: `["${'y'.repeat(12 * MIB)}"]` }];
  assert.equal((await streams.readPage('r'))?.eventsJson.length, 12 * MIB + 4);
});

test('what is under way is limited, and what must not wait passes by', async (t) => {
  const setting = new Setting(t);
  await setting.open();
  const { streams, handler } = setting;
  const sessions = Array.from({ length: 30 }, (_, i) => `s${i}`);
  for (const id of sessions) await streams.openForwarder(id, GREETING, new Listener());
  await streams.openForwarder('other', GREETING, new Listener());
  const gate = Promise.withResolvers<void>();
  handler.gate = gate.promise;
  const appended = sessions.map((id, i) => streams.append(id, createEvents(1, i, 'x'.repeat(MIB))));
  // Behind its append, which waits.
  streams.closeForwarder('s29');
  const confirmed = handler.called('confirmAlive other');
  streams.confirmAlive('other');
  await confirmed;
  assert.equal(await streams.openForwarder('late', GREETING, new Listener()), true);
  assert.equal(handler.appending, 15);
  assert.ok(!handler.calls.includes('closeForwarder s29'));
  const closed = handler.called('closeForwarder s29');
  gate.resolve();
  await Promise.all(appended);
  await closed;
  assert.ok(handler.calls.indexOf('append s29 29') < handler.calls.indexOf('closeForwarder s29'));
});

test('too much that waits is refused', async (t) => {
  const setting = new Setting(t);
  await setting.open();
  const { streams, handler } = setting;
  await streams.openForwarder('f', GREETING, new Listener());
  await setting.lose();
  const events = createEvents(7, 1, 'x'.repeat(MIB));
  const outcomes = Array.from({ length: 40 }, () =>
    streams.append('f', events).then(
      () => 'stored',
      (error: unknown) => (error instanceof StreamServiceError ? 'refused' : assert.fail(String(error))),
    ),
  );
  assert.equal(await outcomes[39], 'refused');
  await setting.start(handler);
  const counts = Map.groupBy(await Promise.all(outcomes), (outcome) => outcome);
  assert.equal(counts.get('stored')?.length, 36);
});

test('a worker that comes back before its end is seen has its former sessions dropped first', async (t) => {
  const setting = new Setting(t);
  await setting.start();
  const { handler } = setting;
  const first = await greet(setting.path, 'same');
  const second = await greet(setting.path, 'same');
  const called = handler.called('authenticate');
  second.write(encodeCallFrame(0, Buffer.alloc(32)));
  await called;
  first.destroy();
  const dropped = handler.called('dropWorker');
  second.destroy();
  await dropped;
  assert.deepEqual(handler.calls, ['dropWorker', 'authenticate', 'dropWorker']);
});

test('a worker that does not speak the protocol of the channel is cut off', async (t) => {
  const setting = new Setting(t);
  await setting.start();
  for (const frame of [
    encodeFrame(99, 1, Buffer.alloc(0)),
    encodeFrame(FRAME.streamCall, 1, Buffer.alloc(0)),
    encodeFrame(FRAME.streamCall, 1, Buffer.from([1, 200, 0x61])),
    encodeCallFrame(77, Buffer.alloc(0)),
    encodeCallFrame(1, Buffer.from('no json')),
  ]) {
    const socket = await greet(setting.path, 'odd');
    const closed = once(socket.resume(), 'close');
    socket.write(frame);
    await closed;
  }
  assert.deepEqual(new Set(setting.handler.calls), new Set(['dropWorker']));
});

/** Says hello, and waits for the welcome. */
async function greet(path: string, worker: string): Promise<Socket> {
  const socket = connect(path);
  socket.on('error', () => {});
  socket.write(encodeFrame(FRAME.hello, 0, Buffer.from(JSON.stringify({ worker, pid: 1 }))));
  await once(socket, 'data');
  return socket;
}

function encodeCallFrame(method: number, argument: Buffer): Buffer {
  return encodeFrame(FRAME.streamCall, 1, Buffer.concat([Buffer.from([method, 0]), argument]));
}
