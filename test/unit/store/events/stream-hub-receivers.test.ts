import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReadEvent } from '../../../../src/link/streams.ts';
import { StreamServiceError } from '../../../../src/link/streams.ts';
import { HUB_LIMITS } from '../../../../src/store/events/hub-limits.ts';
import { FORWARDER, READER } from '../../../support/events.ts';
import {
  nameReads,
  openHub,
  RECEIVER,
  readEvent,
  readEvents,
  STREAM,
  TestForwarder,
  TestReceiver,
} from './hub-sessions.ts';

const OTHER = { forwarder_id: FORWARDER, reader_ip: '10.0.0.10:10000' };

test('a receiver gets what was there and what comes, without a gap or a repeat', async (t) => {
  const { hub, service } = await openHub(t, 7);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  await forwarder.append(readEvents(1, 40));
  // On another worker.
  const receiver = new TestReceiver(hub.serve('w2'));
  await receiver.open();
  await receiver.subscribe(STREAM);
  const reading = receiver.read(240);
  for (let from = 41; from <= 240; from += 5) await forwarder.append(readEvents(from, from + 4));
  const events = await reading;
  assert.deepEqual(
    events.map(({ seq }) => seq),
    Array.from({ length: 240 }, (_, i) => i + 1),
  );
  assert.deepEqual(events[0], readEvent(1));
  assert.equal(await receiver.readPage(), undefined);
});

test('what is stored and announced while a page is read is not missed', async (t) => {
  const { store, service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  const receiver = new TestReceiver(service);
  await receiver.open();
  await receiver.subscribe(STREAM);
  let seq = 0;
  store.beforePage = async () => {
    if (seq === 3) return;
    seq += 1;
    await forwarder.append([readEvent(seq)]);
    // The announcement has a turn of its own.
    await new Promise((resolve) => setImmediate(resolve));
  };
  assert.deepEqual(nameReads(await receiver.readAll()), ['1.1', '1.2', '1.3'].slice(0, seq));
  assert.ok(seq > 0);
});

test('a receiver goes on in the database where the events in memory end, over epochs and late events', async (t) => {
  const { hub, service } = await openHub(t, 2);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  const receiver = new TestReceiver(service);
  await receiver.open();
  await receiver.subscribe(STREAM);
  assert.deepEqual(await receiver.readAll(), []);
  await forwarder.append([
    readEvent(5),
    readEvent(1, { stream_epoch: 2 }),
    readEvent(2, { stream_epoch: 2 }),
  ]);
  const events = await receiver.read(3);
  await forwarder.append([readEvent(3), readEvent(9, { stream_epoch: 2 }), readEvent(6)]);
  hub.forgetRecent();
  events.push(...(await receiver.read(3)));
  assert.deepEqual(nameReads(events), ['1.5', '2.1', '2.2', '1.3', '2.9', '1.6']);
});

test('many receivers that are up to date cost the database nothing', async (t) => {
  const { store, service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  const receivers = Array.from({ length: 20 }, () => new TestReceiver(service));
  for (const receiver of receivers) {
    await receiver.open();
    await receiver.subscribe(STREAM);
    assert.deepEqual(await receiver.readAll(), []);
  }
  const before = store.readings;
  for (let seq = 1; seq <= 30; seq += 1) {
    const reading = receivers.map((receiver) => receiver.read(1));
    await forwarder.append([readEvent(seq)]);
    for (const events of await Promise.all(reading)) assert.deepEqual(nameReads(events), [`1.${seq}`]);
    // The look for more that follows finds nothing, and asks nobody.
    for (const receiver of receivers) assert.equal(await receiver.readPage(), undefined);
  }
  assert.equal(store.readings, before);
});

test('a receiver that never reads is told nothing and asks the database nothing', async (t) => {
  const { store, service } = await openHub(t);
  const receiver = new TestReceiver(service);
  await receiver.open([{ ...STREAM, stream_epoch: 1, last_seq: 0 }]);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  for (let seq = 1; seq <= 10; seq += 1) await forwarder.append([readEvent(seq)]);
  assert.equal(receiver.announcements, 0);
  assert.equal(store.readings, 0);
  assert.equal((await receiver.readAll()).length, 10);
});

test('a receiver begins behind the cursors of its hello, in each epoch', async (t) => {
  const { service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  await forwarder.append([...readEvents(1, 5), ...readEvents(1, 5, { stream_epoch: 2 })]);
  const receiver = new TestReceiver(service);
  await receiver.open([
    { ...STREAM, stream_epoch: 2, last_seq: 3 },
    { ...STREAM, stream_epoch: 1, last_seq: 4 },
  ]);
  await receiver.subscribe(STREAM);
  assert.deepEqual(nameReads(await receiver.readAll()), ['1.5', '2.4', '2.5']);
  assert.equal(receiver.pages, 2);
});

test('a subscription begins behind what the device acknowledged, which never goes back', async (t) => {
  const { service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  await forwarder.append(readEvents(1, 5));
  const first = new TestReceiver(service);
  await first.open();
  await first.acknowledge(
    { ...STREAM, stream_epoch: 1, last_seq: 3 },
    { ...OTHER, stream_epoch: 1, last_seq: 3 },
    { ...STREAM, reader_ip: 'r'.repeat(1000), stream_epoch: 1, last_seq: 3 },
  );
  await first.acknowledge({ ...STREAM, stream_epoch: 1, last_seq: 1 });
  const second = new TestReceiver(service);
  await second.open();
  await second.subscribe(STREAM, STREAM);
  assert.deepEqual(nameReads(await second.readAll()), ['1.4', '1.5']);
  const other = new TestReceiver(service);
  await other.open([], 'rcv-b');
  await other.subscribe(STREAM);
  assert.equal((await other.readAll()).length, 5);
});

test('more may be acknowledged at once than the database takes in a call', async (t) => {
  const { store, service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  await forwarder.append([readEvent(1)]);
  const receiver = new TestReceiver(service);
  await receiver.open();
  await receiver.acknowledge(
    ...Array.from({ length: 2500 }, (_, i) => ({ ...STREAM, stream_epoch: i, last_seq: 1 })),
  );
  assert.equal(Math.max(...(await store.listCursors(RECEIVER)).map(({ epoch }) => epoch)), 2499);
});

test('a stream that appears later is delivered from its first event, whatever the cursor says', async (t) => {
  const { service } = await openHub(t);
  const receiver = new TestReceiver(service);
  await receiver.open([{ ...STREAM, stream_epoch: 1, last_seq: 2 }]);
  await receiver.subscribe(OTHER);
  assert.equal(await receiver.readPage(), undefined);
  const reading = receiver.read(6);
  const forwarder = new TestForwarder(service);
  await forwarder.open([READER]);
  await forwarder.append(readEvents(1, 3));
  await forwarder.append(readEvents(1, 3, OTHER));
  const events = await reading;
  for (const { reader_ip } of [STREAM, OTHER]) {
    const ofStream = events.filter((event) => event.reader_ip === reader_ip);
    assert.deepEqual(nameReads(ofStream), ['1.1', '1.2', '1.3']);
  }
});

test('a stream that was deleted and comes again is delivered anew', async (t) => {
  const { store, hub, service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  await forwarder.append(readEvents(1, 3));
  const receiver = new TestReceiver(service);
  await receiver.open([{ ...STREAM, stream_epoch: 1, last_seq: 1 }]);
  assert.deepEqual(nameReads(await receiver.readAll()), ['1.2', '1.3']);
  const stream = await store.findStream(FORWARDER, READER);
  await store.deleteStream(stream?.streamId as string);
  hub.forgetRecent();
  assert.equal(await receiver.readPage(), undefined);
  await forwarder.append(readEvents(1, 2));
  assert.deepEqual(nameReads(await receiver.read(2)), ['1.1', '1.2']);
  await forwarder.append(readEvents(3, 3));
  assert.deepEqual(nameReads(await receiver.read(1)), ['1.3']);
});

test('deleted events are not delivered from memory', async (t) => {
  const { store, hub, service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  const receiver = new TestReceiver(service);
  await receiver.open();
  await receiver.subscribe(STREAM);
  assert.equal(await receiver.readPage(), undefined);
  await forwarder.append(readEvents(1, 3));
  await store.deleteEvents({});
  hub.forgetRecent();
  assert.equal(await receiver.readPage(), undefined);
  await forwarder.append(readEvents(4, 5));
  assert.deepEqual(nameReads(await receiver.read(2)), ['1.4', '1.5']);
});

test('late events and those of an older epoch come in the order in which they were stored', async (t) => {
  const { service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  await forwarder.append([readEvent(5)]);
  const [live, replayed] = [new TestReceiver(service), new TestReceiver(service)];
  await live.open();
  await live.subscribe(STREAM);
  assert.deepEqual(nameReads(await live.readAll()), ['1.5']);
  const stored = [
    readEvent(3),
    readEvent(1, { stream_epoch: 2 }),
    readEvent(6),
    readEvent(2, { stream_epoch: 2 }),
  ];
  await forwarder.append(stored);
  // A conflict and a repeat are no events.
  const result = await forwarder.append([readEvent(3, { raw_read_line: 'other' }), readEvent(6)]);
  assert.deepEqual([result.inserted, result.retransmitted, result.conflicts], [0, 1, 1]);
  assert.deepEqual(nameReads(await live.readAll()), ['1.3', '2.1', '1.6', '2.2']);
  await replayed.open();
  await replayed.subscribe(STREAM);
  assert.deepEqual(nameReads(await replayed.readAll()), ['1.3', '1.5', '1.6', '2.1', '2.2']);
});

test('a stream with much to catch up does not hold up the others', async (t) => {
  const { service } = await openHub(t, 10);
  const forwarder = new TestForwarder(service);
  await forwarder.open([READER, OTHER.reader_ip]);
  await forwarder.append(readEvents(1, 1000));
  const receiver = new TestReceiver(service);
  await receiver.open();
  await receiver.subscribe(STREAM, OTHER);
  assert.equal((await receiver.readPage())?.length, 10);
  await forwarder.append([readEvent(1, OTHER)]);
  const next = [...((await receiver.readPage()) ?? []), ...((await receiver.readPage()) ?? [])];
  assert.ok(next.some(({ reader_ip }) => reader_ip === OTHER.reader_ip));
});

test('a receiver that fell behind the events in memory reads on from the database', async (t) => {
  const { store, service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  const receiver = new TestReceiver(service);
  await receiver.open();
  await receiver.subscribe(STREAM);
  assert.equal(await receiver.readPage(), undefined);
  const before = store.readings;
  const line = 'x'.repeat(HUB_LIMITS.recentBytesPerStreamMax / 100);
  for (let from = 1; from <= 300; from += 30) {
    await forwarder.append(readEvents(from, from + 29, { raw_read_line: line }));
  }
  const events: ReadEvent[] = await receiver.readAll();
  assert.deepEqual(
    events.map(({ seq }) => seq),
    Array.from({ length: 300 }, (_, i) => i + 1),
  );
  assert.ok(store.readings > before);
});

test('what a closed receiver asks changes nothing, also in the middle of a call', async (t) => {
  const { service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  await forwarder.append([readEvent(1)]);
  const receiver = new TestReceiver(service);
  await receiver.open();
  const [subscribing, reading] = [receiver.subscribe(STREAM), receiver.readPage()];
  receiver.close();
  await subscribing;
  assert.equal(await reading, undefined);
  assert.equal(await receiver.readPage(), undefined);
  await assert.rejects(receiver.subscribe(STREAM), StreamServiceError);
  await forwarder.append([readEvent(2)]);
  assert.equal(receiver.announcements, 0);
});

test('a session has a limit of streams', async (t) => {
  const { service } = await openHub(t);
  const receiver = new TestReceiver(service);
  await receiver.open();
  const streams = Array.from({ length: HUB_LIMITS.streamsPerReceiverMax + 1 }, (_, i) => ({
    ...STREAM,
    reader_ip: `r${i}`,
  }));
  await assert.rejects(receiver.subscribe(...streams), { code: 'ERR_STREAMS_STORE' });
  await receiver.subscribe(...streams.slice(1));
  assert.equal(await receiver.readPage(), undefined);
});

test('a reading that the database refuses can be tried again', async (t) => {
  const { store, service } = await openHub(t);
  const forwarder = new TestForwarder(service);
  await forwarder.open();
  await forwarder.append([readEvent(1)]);
  const receiver = new TestReceiver(service);
  await receiver.open();
  await receiver.subscribe(STREAM);
  await store.close();
  await assert.rejects(receiver.readPage(), { code: 'ERR_STREAMS_STORE' });
  await assert.rejects(receiver.readPage(), { code: 'ERR_STREAMS_STORE' });
});
