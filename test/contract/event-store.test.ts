import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkBatches, EVENTS_PER_APPEND_MAX } from '../../src/store/events/check-input.ts';
import type { EventStore, StoredEvent, Stream } from '../../src/store/events/event-store.ts';
import { readStored } from '../../src/store/events/read-stored.ts';
import { resetEpoch } from '../../src/store/events/reset-epoch.ts';
import { hashToken } from '../../src/store/events/token-hash.ts';
import { EVENT_DATABASES } from '../support/event-databases.ts';
import {
  createEvent,
  createEventBatch,
  createEvents,
  FORWARDER,
  nameEvents,
  PageLoop,
  READER,
} from '../support/events.ts';
import { createFolder } from '../support/folder.ts';

for (const database of EVENT_DATABASES) {
  describe(database.name, () => {
    async function openStore(
      t: TestContext,
      folder = createFolder(t),
      now?: () => number,
    ): Promise<EventStore> {
      const store = database.create(folder, now);
      t.after(() => store.close());
      await store.start();
      return store;
    }

    async function findStream(
      store: EventStore,
      forwarderId = FORWARDER,
      readerIp = READER,
    ): Promise<Stream> {
      const stream = await store.findStream(forwarderId, readerIp);
      assert.ok(stream, `there is no stream of ${forwarderId} and ${readerIp}`);
      return stream;
    }

    async function append(store: EventStore, events: Parameters<typeof createEventBatch>[0]) {
      const [result] = await store.append([createEventBatch(events)]);
      assert.ok(result);
      return result;
    }

    async function readAll(store: EventStore, streamId: string): Promise<StoredEvent[]> {
      const events: StoredEvent[] = [];
      for await (const page of readStored(store, streamId)) events.push(...page);
      return events;
    }

    describe('append', () => {
      test('an event is stored as it came and is there after a restart', async (t) => {
        const folder = createFolder(t);
        const first = await openStore(t, folder, () => 1_700_000_000_123);
        const event = createEvent(1, {
          line: 'a\0"é,\r\n😀',
          readType: '',
          readerTimestamp: null,
          tagId: '000000012345',
        });
        const result = await append(first, [event]);
        assert.equal(result.inserted, 1);
        assert.deepEqual(result.positions, [1]);
        await first.close();
        const second = await openStore(t, folder);
        const { streamId } = await findStream(second);
        const { readerIp, ...stored } = event;
        assert.deepEqual(await readAll(second, streamId), [
          { ...stored, position: 1, receivedAt: 1_700_000_000_123 },
        ]);
      });

      test('the same line again is a retransmission, whatever else is different', async (t) => {
        const store = await openStore(t);
        await append(store, createEvents(1, 3));
        const again = await append(store, [
          createEvent(2, { readType: 'fsls', readerTimestamp: null }),
          createEvent(4),
        ]);
        assert.deepEqual([again.inserted, again.retransmitted, again.conflicts], [1, 1, 0]);
        assert.deepEqual(again.positions, [0, 4]);
        const stream = await findStream(store);
        const stored = await readAll(store, stream.streamId);
        assert.equal(stored[1]?.readType, 'raw');
        assert.deepEqual([stream.total.inserted, stream.total.retransmitted], [4, 1]);
      });

      test('another line is a conflict: kept apart, counted, acknowledged, and the first one stays', async (t) => {
        const store = await openStore(t);
        await append(store, createEvents(1, 2));
        const before = await findStream(store);
        for (const line of ['other', 'other', 'third']) {
          const result = await append(store, [createEvent(2, { line })]);
          assert.deepEqual([result.inserted, result.retransmitted, result.conflicts], [0, 0, 1]);
          assert.deepEqual(result.entries, [{ readerIp: READER, epoch: 1, lastSeq: 2, nextSeq: 3 }]);
        }
        const stream = await findStream(store);
        assert.deepEqual(stream.total, { ...before.total, conflicts: 3 });
        assert.deepEqual(stream.current, { ...before.current, conflicts: 3 });
        assert.deepEqual((await readAll(store, stream.streamId))[1]?.line, 'line 1 2');
        const conflicts = await store.listConflicts(stream.streamId, 10);
        assert.deepEqual(
          conflicts.map(({ epoch, seq, line, times }) => [epoch, seq, line, times]),
          [
            [1, 2, 'third', 1],
            [1, 2, 'other', 2],
          ],
        );
      });

      test('events of a batch take effect in their order', async (t) => {
        const store = await openStore(t);
        const result = await append(store, [
          createEvent(1, { line: 'first' }),
          createEvent(1, { line: 'first' }),
          createEvent(1, { line: 'second' }),
        ]);
        assert.deepEqual([result.inserted, result.retransmitted, result.conflicts], [1, 1, 1]);
      });

      test('gaps, descending sequences and zero are stored', async (t) => {
        const store = await openStore(t);
        const result = await append(store, [
          createEvent(7),
          createEvent(3),
          createEvent(0),
          createEvent(0, { epoch: 0 }),
        ]);
        assert.equal(result.inserted, 4);
        assert.deepEqual(result.entries, [
          { readerIp: READER, epoch: 0, lastSeq: 0, nextSeq: 1 },
          { readerIp: READER, epoch: 1, lastSeq: 7, nextSeq: 8 },
        ]);
        const { streamId, currentEpoch } = await findStream(store);
        assert.equal(currentEpoch, 1);
        assert.deepEqual(nameEvents(await readAll(store, streamId)), ['0.0', '1.0', '1.3', '1.7']);
      });

      test('acknowledgements have one entry for each reader and epoch, epochs ascending', async (t) => {
        const store = await openStore(t);
        const other = '10.0.0.8';
        const { entries } = await append(store, [
          createEvent(4, { epoch: 2 }),
          createEvent(1, { readerIp: other }),
          createEvent(9),
          createEvent(5),
          createEvent(3, { epoch: 2 }),
        ]);
        assert.deepEqual(
          entries.map(({ readerIp, epoch, lastSeq }) => [readerIp, epoch, lastSeq]),
          [
            [READER, 1, 9],
            [READER, 2, 4],
            [other, 1, 1],
          ],
        );
      });

      test('an empty batch has an empty acknowledgement', async (t) => {
        const store = await openStore(t);
        const result = await append(store, []);
        assert.deepEqual(result, {
          entries: [],
          streams: [],
          inserted: 0,
          retransmitted: 0,
          conflicts: 0,
          positions: [],
        });
        assert.deepEqual(await store.listStreams(), []);
      });

      test('batches of several devices in one call have a result each', async (t) => {
        const store = await openStore(t);
        const results = await store.append([
          createEventBatch(createEvents(1, 2), 'fwd-a'),
          createEventBatch(createEvents(1, 3), 'fwd-b'),
          createEventBatch(createEvents(2, 3), 'fwd-a'),
        ]);
        assert.deepEqual(
          results.map(({ inserted, retransmitted, streams }) => [inserted, retransmitted, streams[0]?.isNew]),
          [
            [2, 0, true],
            [3, 0, true],
            [1, 1, false],
          ],
        );
      });

      test('calls of the same moment share a commit, which tells once what has more', async (t) => {
        const store = await openStore(t);
        const told: string[][] = [];
        store.onStored = (heads) => told.push(heads.map(({ position }) => String(position)));
        await Promise.all([1, 2, 3].map((seq) => append(store, [createEvent(seq)])));
        assert.deepEqual(told, [['3']]);
        await append(store, [createEvent(1)]);
        assert.equal(told.length, 1, 'a retransmission is nothing to read');
      });

      test('what cannot be stored is refused with its place, and disturbs nobody', async (t) => {
        const store = await openStore(t);
        const refused = { code: 'ERR_EVENT_REFUSED', retryable: false };
        const good = append(store, [createEvent(1)]);
        const bad = assert.rejects(append(store, [createEvent(1), createEvent(-1)]), {
          ...refused,
          message: /sequence of event 1 is -1/,
        });
        await assert.rejects(append(store, [createEvent(2 ** 53)]), refused);
        await assert.rejects(append(store, [createEvent(1, { epoch: 0.5 })]), refused);
        await assert.rejects(append(store, [createEvent(1, { line: '\ud800' })]), refused);
        await assert.rejects(append(store, [createEvent(1, { line: 'x'.repeat(65_537) })]), refused);
        await assert.rejects(append(store, createEvents(1, EVENTS_PER_APPEND_MAX + 1)), refused);
        assert.throws(() => checkBatches([createEventBatch([], 'x'.repeat(257))]), refused);
        await bad;
        assert.equal((await good).inserted, 1);
      });

      test('the highest numbers are kept exactly', async (t) => {
        const store = await openStore(t);
        const most = Number.MAX_SAFE_INTEGER;
        await append(store, [createEvent(most, { epoch: most })]);
        const { streamId } = await findStream(store);
        assert.deepEqual(nameEvents(await readAll(store, streamId)), [`${most}.${most}`]);
        await assert.rejects(store.commandEpoch(streamId), { code: 'ERR_EVENT_REFUSED' });
      });
    });

    describe('epochs and counts', () => {
      test('a higher epoch becomes the current one and begins its counts anew', async (t) => {
        let now = 1000;
        const store = await openStore(t, createFolder(t), () => now);
        await append(store, [createEvent(1, { tagId: 'a' }), createEvent(2, { tagId: 'b' })]);
        now = 2000;
        const result = await append(store, [
          createEvent(1, { epoch: 3, tagId: null, readerTimestamp: null }),
        ]);
        assert.deepEqual(result.streams[0], {
          streamId: (await findStream(store)).streamId,
          readerIp: READER,
          isNew: false,
          currentEpoch: 3,
          isNewEpoch: true,
        });
        const { current, total, currentEpoch } = await findStream(store);
        assert.equal(currentEpoch, 3);
        assert.deepEqual(current, {
          inserted: 1,
          retransmitted: 0,
          conflicts: 0,
          lastReceivedAt: 2000,
          distinctTags: 0,
          lastTagId: null,
          lastReaderTimestamp: null,
        });
        assert.deepEqual(total, { inserted: 3, retransmitted: 0, conflicts: 0, lastReceivedAt: 2000 });
      });

      test('an older epoch is stored and counted over the lifetime only', async (t) => {
        const store = await openStore(t);
        await append(store, [createEvent(1, { epoch: 2 })]);
        const result = await append(store, [createEvent(1), createEvent(1)]);
        assert.equal(result.streams[0]?.isNewEpoch, false);
        const { current, total, currentEpoch } = await findStream(store);
        assert.equal(currentEpoch, 2);
        assert.deepEqual([current.inserted, current.retransmitted], [1, 0]);
        assert.deepEqual([total.inserted, total.retransmitted], [2, 1]);
      });

      test('distinct tags are counted, the last ones are kept', async (t) => {
        const store = await openStore(t);
        const tags = ['a', 'b', 'a', null, 'b'];
        await append(
          store,
          tags.map((tagId, i) => createEvent(i + 1, { tagId })),
        );
        await append(store, [
          createEvent(6, { tagId: 'c', readerTimestamp: 'later' }),
          createEvent(1, { tagId: 'z' }),
        ]);
        const { current } = await findStream(store);
        assert.deepEqual(
          [current.distinctTags, current.lastTagId, current.lastReaderTimestamp],
          [3, 'c', 'later'],
        );
      });

      test('epochs are listed with what they have', async (t) => {
        let now = 10;
        const store = await openStore(t, createFolder(t), () => now);
        await append(store, createEvents(1, 2));
        now = 20;
        await append(store, [createEvent(3), createEvent(1, { epoch: 2, tagId: 'a' })]);
        const { streamId } = await findStream(store);
        const epochs = await store.listEpochs(streamId);
        assert.deepEqual(
          epochs?.map((one) => [
            one.epoch,
            one.inserted,
            one.isCurrent,
            one.firstReceivedAt,
            one.lastReceivedAt,
          ]),
          [
            [1, 3, false, 10, 20],
            [2, 1, true, 20, 20],
          ],
        );
        assert.equal(await store.listEpochs('no such'), undefined);
      });

      test('a commanded epoch is higher each time, also after a restart, and takes effect with its first event', async (t) => {
        const folder = createFolder(t);
        const first = await openStore(t, folder);
        await append(first, [createEvent(1)]);
        const { streamId } = await findStream(first);
        const isConnected = () => true;
        assert.deepEqual(await resetEpoch(first, streamId, isConnected), {
          forwarderId: FORWARDER,
          readerIp: READER,
          epoch: 2,
        });
        await first.close();
        const second = await openStore(t, folder);
        assert.equal((await resetEpoch(second, streamId, isConnected)).epoch, 3);
        assert.equal((await findStream(second)).currentEpoch, 1);
        await append(second, [createEvent(1, { epoch: 7 })]);
        assert.equal((await findStream(second)).currentEpoch, 7);
        assert.equal((await resetEpoch(second, streamId, isConnected)).epoch, 8);
      });

      test('no epoch is commanded to who is away, nor for an unknown stream', async (t) => {
        const store = await openStore(t);
        await append(store, [createEvent(1)]);
        const { streamId } = await findStream(store);
        await assert.rejects(
          resetEpoch(store, streamId, () => false),
          { code: 'ERR_FORWARDER_NOT_CONNECTED' },
        );
        await assert.rejects(
          resetEpoch(store, 'no such', () => true),
          { code: 'ERR_STREAM_UNKNOWN' },
        );
        assert.equal((await store.commandEpoch(streamId))?.epoch, 2);
      });
    });

    describe('streams', () => {
      test('a hello makes the streams that are missing and names all of them', async (t) => {
        const store = await openStore(t);
        await store.registerForwarder(FORWARDER, 'Start', ['r1', 'r2']);
        const again = await store.registerForwarder(FORWARDER, 'Finish', ['r2', 'r3', 'r3']);
        assert.deepEqual(
          again.map(({ readerIp, displayName, isNew }) => [readerIp, displayName, isNew]),
          [
            ['r1', 'Finish', false],
            ['r2', 'Finish', false],
            ['r3', 'Finish', true],
          ],
        );
        const cleared = await store.registerForwarder(FORWARDER, null, []);
        assert.deepEqual(
          cleared.map(({ displayName }) => displayName),
          [null, null, null],
        );
      });

      test('names that only look alike when put together are different streams', async (t) => {
        const store = await openStore(t);
        await store.append([
          createEventBatch([createEvent(1, { readerIp: 'b c' })], 'a'),
          createEventBatch([createEvent(1, { readerIp: 'c' })], 'a b'),
        ]);
        assert.equal((await store.listStreams()).length, 2);
      });

      test('a stream that a batch makes has the name of the session', async (t) => {
        const store = await openStore(t);
        await store.append([{ ...createEventBatch([createEvent(1)]), displayName: 'Finish' }]);
        assert.equal((await findStream(store)).displayName, 'Finish');
      });

      test('an alias is kept, also an empty one', async (t) => {
        const store = await openStore(t);
        await append(store, [createEvent(1)]);
        const { streamId } = await findStream(store);
        for (const alias of ['Mat 1', '']) {
          assert.equal(await store.setAlias(streamId, alias), true);
          assert.equal((await store.readStream(streamId))?.alias, alias);
        }
        assert.equal(await store.setAlias('no such', 'x'), false);
      });

      test('a forwarder resumes from the highest sequence of each epoch', async (t) => {
        const store = await openStore(t);
        await append(store, [createEvent(7), createEvent(3), createEvent(1, { epoch: 2 })]);
        assert.deepEqual(
          (await store.readResume(FORWARDER)).map(({ readerIp, epoch, lastSeq }) => [
            readerIp,
            epoch,
            lastSeq,
          ]),
          [
            [READER, 1, 7],
            [READER, 2, 1],
          ],
        );
      });
    });

    describe('reading', () => {
      test('a replay is by epoch and sequence, strictly behind the cursor, over all epochs from there', async (t) => {
        const store = await openStore(t);
        await append(store, [
          ...createEvents(1, 3, { epoch: 2 }),
          ...createEvents(0, 4),
          ...createEvents(1, 2, { epoch: 3 }),
        ]);
        const { streamId } = await findStream(store);
        const read = async (...cursors: { epoch: number; lastSeq: number }[]) =>
          nameEvents(await (await PageLoop.start(store, streamId, cursors)).readAll());
        assert.deepEqual(await read({ epoch: 1, lastSeq: 0 }), [
          '1.1',
          '1.2',
          '1.3',
          '1.4',
          '2.1',
          '2.2',
          '2.3',
          '3.1',
          '3.2',
        ]);
        assert.deepEqual(await read({ epoch: 2, lastSeq: 2 }), ['2.3', '3.1', '3.2']);
        assert.deepEqual(await read({ epoch: 3, lastSeq: 2 }), []);
        assert.deepEqual(await read({ epoch: 3, lastSeq: 1 }, { epoch: 1, lastSeq: 3 }), [
          '1.4',
          '2.1',
          '2.2',
          '2.3',
          '3.2',
        ]);
      });

      test('pages have no more events and bytes than asked for, and one epoch', async (t) => {
        const store = await openStore(t);
        await append(store, [...createEvents(1, 10), ...createEvents(1, 3, { epoch: 2 })]);
        const { streamId } = await findStream(store);
        for (const limits of [
          { eventsMax: 4, bytesMax: 1e6 },
          { eventsMax: 1000, bytesMax: 400 },
          { eventsMax: 1, bytesMax: 0 },
        ]) {
          const loop = await PageLoop.start(store, streamId, [], limits);
          const events = [];
          for (let hasMore = true; hasMore; ) {
            const page = await loop.readPage();
            hasMore = page.hasMore;
            assert.ok(page.events.length <= Math.min(limits.eventsMax, 5));
            assert.ok(new Set(page.events.map(({ epoch }) => epoch)).size <= 1);
            events.push(...page.events);
          }
          assert.equal(events.length, 13);
        }
      });

      test('what comes after the replay is read once, in the order of its insertion, late numbers too', async (t) => {
        const store = await openStore(t);
        await append(store, [createEvent(2), createEvent(4), createEvent(2, { epoch: 2 })]);
        const { streamId } = await findStream(store);
        const loop = await PageLoop.start(store, streamId, [{ epoch: 1, lastSeq: 0 }]);
        assert.equal((await loop.readAll()).length, 3);
        await append(store, [
          createEvent(3, { epoch: 2 }),
          createEvent(3),
          createEvent(1, { epoch: 2 }),
          createEvent(1, { epoch: 4 }),
          createEvent(5),
        ]);
        await append(store, [createEvent(2, { epoch: 4 }), createEvent(0, { epoch: 0 })]);
        assert.deepEqual(nameEvents(await loop.readAll()), ['2.3', '1.3', '2.1', '4.1', '1.5', '4.2', '0.0']);
        assert.deepEqual(await loop.readAll(), []);
      });

      test('what comes during the replay, before and behind its place, is read once', async (t) => {
        const store = await openStore(t);
        await append(
          store,
          createEvents(1, 20).filter(({ seq }) => seq % 2 === 0),
        );
        const { streamId } = await findStream(store);
        const loop = await PageLoop.start(store, streamId, [], { eventsMax: 5, bytesMax: 1e6 });
        const replayed = [...(await loop.readPage()).events];
        await append(store, createEvents(1, 24));
        replayed.push(...(await loop.readAll()));
        assert.deepEqual(
          nameEvents(replayed),
          nameEvents([
            ...createEvents(1, 20).filter(({ seq }) => seq % 2 === 0),
            ...createEvents(1, 20).filter(({ seq }) => seq % 2 === 1),
            ...createEvents(21, 24),
          ]),
        );
      });

      test('any order of sequences and epochs is read once, from any moment', async (t) => {
        const store = await openStore(t);
        let random = 12345;
        const draw = (below: number) => {
          random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
          return random % below;
        };
        const drawEvents = (count: number) =>
          Array.from({ length: count }, () => createEvent(draw(60), { epoch: 1 + draw(3) }));
        await append(store, drawEvents(20));
        const { streamId } = await findStream(store);
        const seen = new Map<PageLoop, string[]>();
        for (let round = 0; round < 30; round += 1) {
          const limits = { eventsMax: 1 + draw(7), bytesMax: 1e6 };
          seen.set(await PageLoop.start(store, streamId, [], limits), []);
          await append(store, drawEvents(5));
          for (const [loop, names] of seen) {
            if (draw(3) > 0) names.push(...nameEvents((await loop.readPage()).events));
          }
        }
        const expected = nameEvents(await readAll(store, streamId)).sort();
        for (const [loop, names] of seen) {
          names.push(...nameEvents(await loop.readAll()));
          assert.deepEqual(names.sort(), expected);
        }
      });

      test('a reader beside a writer misses nothing and sees no half of a batch', async (t) => {
        const store = await openStore(t);
        await append(store, createEvents(1, 10));
        const { streamId } = await findStream(store);
        const loop = await PageLoop.start(store, streamId, [], { eventsMax: 30, bytesMax: 1e6 });
        let isWriting = true;
        const written = (async () => {
          for (let seq = 11; seq <= 2000; seq += 10) await append(store, createEvents(seq, seq + 9));
          isWriting = false;
        })();
        const seqs: number[] = [];
        for (let hasMore = true; isWriting || hasMore; ) {
          const page = await loop.readPage();
          hasMore = page.hasMore;
          seqs.push(...page.events.map(({ seq }) => seq));
          if (!hasMore) assert.equal(seqs.length % 10, 0);
        }
        await written;
        seqs.push(...(await loop.readAll()).map(({ seq }) => seq));
        assert.deepEqual(
          seqs,
          createEvents(1, 2000).map(({ seq }) => seq),
        );
      });

      test('an export has what was there when it began', async (t) => {
        const store = await openStore(t);
        await append(store, createEvents(1, 10));
        const { streamId } = await findStream(store);
        const pages = readStored(store, streamId, { eventsMax: 4, bytesMax: 1e6 });
        const events = [...((await pages.next()).value ?? [])];
        await append(store, [createEvent(0), createEvent(11)]);
        for await (const page of pages) events.push(...page);
        assert.deepEqual(
          events.map(({ seq }) => seq),
          createEvents(1, 10).map(({ seq }) => seq),
        );
        assert.deepEqual(await readAll(store, 'no such'), []);
      });
    });

    describe('receiver cursors', () => {
      test('move forward only, for each epoch', async (t) => {
        const store = await openStore(t);
        await append(store, [createEvent(1)]);
        const cursor = (epoch: number, lastSeq: number) => ({
          forwarderId: FORWARDER,
          readerIp: READER,
          epoch,
          lastSeq,
        });
        await store.saveCursors('rcv', [cursor(1, 5)]);
        await store.saveCursors('rcv', [
          cursor(1, 3),
          cursor(2, 1),
          { ...cursor(1, 9), readerIp: 'unknown' },
        ]);
        const list = async () =>
          (await store.listCursors('rcv')).map(({ epoch, lastSeq }) => [epoch, lastSeq]);
        assert.deepEqual(await list(), [
          [1, 5],
          [2, 1],
        ]);
        await store.saveCursors('rcv', [cursor(1, 6)]);
        assert.deepEqual(await list(), [
          [1, 6],
          [2, 1],
        ]);
      });

      test('an old epoch that goes on after its receiver is in a newer one is not lost', async (t) => {
        const store = await openStore(t);
        await append(store, [...createEvents(1, 3), createEvent(1, { epoch: 2 })]);
        const { streamId } = await findStream(store);
        const name = { forwarderId: FORWARDER, readerIp: READER };
        await store.saveCursors('rcv', [
          { ...name, epoch: 1, lastSeq: 3 },
          { ...name, epoch: 2, lastSeq: 1 },
        ]);
        await append(store, [createEvent(4)]);
        const loop = await PageLoop.start(store, streamId, await store.listCursors('rcv'));
        assert.deepEqual(nameEvents(await loop.readAll()), ['1.4']);
      });

      test('are deleted by receiver, by stream, or all', async (t) => {
        const store = await openStore(t);
        await append(store, [createEvent(1), createEvent(1, { readerIp: 'r2' })]);
        const { streamId } = await findStream(store);
        const fill = async () => {
          for (const receiver of ['a', 'b']) {
            for (const readerIp of [READER, 'r2']) {
              await store.saveCursors(receiver, [{ forwarderId: FORWARDER, readerIp, epoch: 1, lastSeq: 1 }]);
            }
          }
        };
        const count = async () => (await store.listCursors()).length;
        await fill();
        await store.deleteCursors('a', streamId);
        assert.equal(await count(), 3);
        await store.deleteCursors('b');
        assert.equal(await count(), 1);
        await fill();
        await store.deleteCursors();
        assert.equal(await count(), 0);
      });

      test('of more epochs than are kept, the lowest go', async (t) => {
        const store = await openStore(t);
        await append(store, [createEvent(1)]);
        const cursors = Array.from({ length: 300 }, (_, epoch) => ({
          forwarderId: FORWARDER,
          readerIp: READER,
          epoch,
          lastSeq: 1,
        }));
        await store.saveCursors('rcv', cursors);
        const kept = await store.listCursors('rcv');
        assert.deepEqual([kept.length, kept[0]?.epoch, kept.at(-1)?.epoch], [256, 44, 299]);
      });
    });

    describe('tokens', () => {
      test('are found by their hash until they are revoked', async (t) => {
        const store = await openStore(t);
        const token = await store.createToken(hashToken('secret'), 'forwarder', FORWARDER);
        assert.deepEqual({ ...(await store.findToken(hashToken('secret'))) }, token);
        assert.equal(await store.findToken(hashToken('other')), undefined);
        assert.equal(await store.revokeToken(token.tokenId), true);
        assert.equal(await store.revokeToken(token.tokenId), false);
        assert.equal(await store.revokeToken('no such'), false);
        assert.equal(await store.findToken(hashToken('secret')), undefined);
        const [listed] = await store.listTokens();
        assert.ok(listed?.revokedAt);
      });

      test('of the same value are refused, also after revocation, without harm to others', async (t) => {
        const store = await openStore(t);
        const [first, second, event] = await Promise.allSettled([
          store.createToken(hashToken('secret'), 'receiver', 'a'),
          store.createToken(hashToken('secret'), 'admin', 'b'),
          append(store, [createEvent(1)]),
        ]);
        assert.deepEqual([first.status, second.status, event.status], ['fulfilled', 'rejected', 'fulfilled']);
        const { tokenId } = (await store.listTokens())[0] ?? {};
        await store.revokeToken(tokenId as string);
        await assert.rejects(store.createToken(hashToken('secret'), 'receiver', 'a'), {
          code: 'ERR_TOKEN_EXISTS',
          retryable: false,
        });
      });
    });

    describe('deletions', () => {
      async function fill(store: EventStore): Promise<Stream> {
        await append(store, [
          ...createEvents(1, 5, { tagId: 'a' }),
          ...createEvents(1, 5, { epoch: 2, tagId: 'a' }),
        ]);
        await append(store, [createEvent(1, { line: 'other' })]);
        await store.saveCursors('rcv', [{ forwarderId: FORWARDER, readerIp: READER, epoch: 1, lastSeq: 5 }]);
        return await findStream(store);
      }

      test('a deleted stream takes everything along, and the next batch makes another', async (t) => {
        const store = await openStore(t);
        const { streamId } = await fill(store);
        assert.equal(await store.deleteStream(streamId), true);
        assert.equal(await store.deleteStream(streamId), false);
        assert.deepEqual([await store.listStreams(), await store.listCursors()], [[], []]);
        assert.deepEqual(await readAll(store, streamId), []);
        const result = await append(store, [createEvent(1)]);
        assert.deepEqual([result.inserted, result.streams[0]?.isNew], [1, true]);
        assert.notEqual(result.streams[0]?.streamId, streamId);
      });

      test('all streams are deleted at once', async (t) => {
        const store = await openStore(t);
        await fill(store);
        await store.registerForwarder('fwd-b', null, ['r']);
        await store.deleteAllStreams();
        assert.deepEqual(await store.listStreams(), []);
      });

      test('deleted events of an epoch may come again, and the counts are true', async (t) => {
        const store = await openStore(t);
        const { streamId } = await fill(store);
        const loop = await PageLoop.start(store, streamId);
        await loop.readAll();
        await store.deleteEvents({ streamId, epoch: 2 });
        const stream = await findStream(store);
        assert.deepEqual([stream.currentEpoch, stream.current.inserted, stream.total.inserted], [2, 0, 5]);
        assert.deepEqual(await store.listCursors(), []);
        const result = await append(store, [
          createEvent(1, { epoch: 2 }),
          createEvent(5, { epoch: 2 }),
          createEvent(6, { epoch: 2, tagId: 'a' }),
        ]);
        assert.equal(result.inserted, 3);
        assert.equal((await findStream(store)).current.distinctTags, 1);
        assert.deepEqual(nameEvents(await loop.readAll()), ['2.1', '2.5', '2.6']);
        assert.deepEqual(nameEvents(await readAll(store, streamId)), [
          '1.1',
          '1.2',
          '1.3',
          '1.4',
          '1.5',
          '2.1',
          '2.5',
          '2.6',
        ]);
      });

      test('events of a stream, and of all streams', async (t) => {
        const store = await openStore(t);
        const { streamId } = await fill(store);
        await store.append([createEventBatch(createEvents(1, 3), 'fwd-b')]);
        await store.deleteEvents({ streamId });
        assert.deepEqual((await store.listEpochs(streamId))?.length, 0);
        assert.equal((await findStream(store, 'fwd-b')).total.inserted, 3);
        await store.deleteEvents({});
        const streams = await store.listStreams();
        assert.deepEqual(
          streams.map(({ total }) => total.inserted),
          [0, 0],
        );
        assert.equal(streams[0]?.currentEpoch, 2);
      });

      test('writes that share a commit take effect in the order of their calls', async (t) => {
        const store = await openStore(t);
        const { streamId } = await fill(store);
        const [, , , after] = await Promise.all([
          append(store, createEvents(6, 9)),
          store.deleteEvents({ streamId }),
          store.setAlias(streamId, 'Mat 1'),
          append(store, createEvents(6, 7)),
        ]);
        assert.equal(after.inserted, 2);
        const stream = await findStream(store);
        assert.deepEqual([stream.total.inserted, stream.alias, stream.currentEpoch], [2, 'Mat 1', 2]);
        assert.deepEqual(nameEvents(await readAll(store, streamId)), ['1.6', '1.7']);
      });

      test('pruning takes the oldest epochs, never a current one, and leaves the counts', async (t) => {
        let now = 0;
        const store = await openStore(t, createFolder(t), () => now);
        for (let epoch = 1; epoch <= 4; epoch += 1) {
          now = epoch * 100;
          await append(store, createEvents(1, 3, { epoch }));
        }
        const { streamId } = await findStream(store);
        const pruned = await store.pruneEpochs({ lastReceivedBefore: 250, epochsMax: 1 });
        assert.deepEqual(
          pruned.map(({ epoch, events }) => [epoch, events]),
          [[1, 3]],
        );
        const rest = await store.pruneEpochs({ lastReceivedBefore: 1000, epochsMax: 10 });
        assert.deepEqual(
          rest.map(({ epoch }) => epoch),
          [2, 3],
        );
        const { total, current } = await findStream(store);
        assert.deepEqual(total, { inserted: 12, retransmitted: 0, conflicts: 0, lastReceivedAt: 400 });
        assert.equal(current.inserted, 3);
        assert.equal((await readAll(store, streamId)).length, 3);
        await store.deleteEvents({ streamId });
        assert.equal((await findStream(store)).total.inserted, 0);
      });

      test('room is free again after a while, also over a restart', async (t) => {
        const folder = createFolder(t);
        const first = await openStore(t, folder);
        for (let from = 1; from < 12_000; from += 3000) await append(first, createEvents(from, from + 2999));
        const { streamId } = await findStream(first);
        const { bytes } = await first.readSize();
        await first.deleteEvents({ streamId });
        await first.close();
        const second = await openStore(t, folder);
        let size = await second.readSize();
        // Each write shares a commit with a step of the deletion.
        for (let i = 0; size.freeBytes < 500_000; i += 1) {
          assert.ok(i < 100, `${size.freeBytes} of ${bytes} bytes are free`);
          await second.setAlias(streamId, 'x');
          size = await second.readSize();
        }
        assert.deepEqual([size.events, size.streams], [0, 1]);
      });
    });

    describe('life', () => {
      test('close works without a start, twice, and rejects what comes after it', async (t) => {
        const store = database.create(createFolder(t));
        await assert.rejects(append(store, [createEvent(1)]), {
          code: 'ERR_EVENT_STORE_CLOSED',
          retryable: true,
        });
        await store.close();
        await store.close();
        const second = await openStore(t);
        const accepted = append(second, [createEvent(1)]);
        await second.drain(AbortSignal.timeout(10_000));
        assert.equal((await accepted).inserted, 1);
        await second.close();
        await second.close();
        await assert.rejects(append(second, [createEvent(1)]), { code: 'ERR_EVENT_STORE_CLOSED' });
        await assert.rejects(second.listStreams(), { code: 'ERR_EVENT_STORE_CLOSED' });
      });

      test('what waits when the store closes is either stored or rejected', async (t) => {
        const folder = createFolder(t);
        const store = await openStore(t, folder);
        const calls = Array.from({ length: 50 }, (_, i) => append(store, [createEvent(i + 1)]));
        const running = Promise.allSettled(calls);
        await store.close();
        const stored = (await running).flatMap(({ status }, i) => (status === 'fulfilled' ? [i + 1] : []));
        const second = await openStore(t, folder);
        const stream = await second.findStream(FORWARDER, READER);
        const events = stream === undefined ? [] : await readAll(second, stream.streamId);
        assert.deepEqual(
          events.map(({ seq }) => seq),
          stored,
        );
      });

      test('a killed process has on the disk what it said, once and in order', async (t) => {
        const folder = createFolder(t);
        let from = 1;
        for (let round = 0; round < 3; round += 1) {
          const said = await appendUntilKilled(database.name, folder, from, 20 + round * 17);
          const store = await openStore(t, folder);
          let highest = 0;
          for (const [forwarder, lastSeq] of said) {
            const stream = await findStream(store, forwarder);
            const events = await readAll(store, stream.streamId);
            assert.deepEqual(
              events.map(({ seq }) => seq),
              events.map((_, i) => i + 1),
            );
            assert.deepEqual(
              events.map(({ position }) => position),
              events.map((_, i) => i + 1),
            );
            assert.ok(events.length >= lastSeq, `${forwarder}: ${lastSeq} said, ${events.length} there`);
            assert.equal(events.length % 7, 0, 'half of a batch');
            assert.equal(stream.total.inserted, events.length);
            highest = Math.max(highest, events.length);
          }
          // All go on from the same number, so those that had less come with what they did not say.
          for (const stream of await store.listStreams()) {
            const again = createEventBatch(createEvents(1, highest), stream.forwarderId);
            const [result] = await store.append([again]);
            assert.equal(result?.retransmitted, stream.total.inserted);
            assert.equal(result?.inserted, highest - stream.total.inserted);
          }
          from = highest + 1;
          await store.close();
        }
      });
    });
  });
}

/** Returns the last sequence that the process said it had committed for each forwarder. */
async function appendUntilKilled(
  database: string,
  folder: string,
  from: number,
  linesBeforeKill: number,
): Promise<Map<string, number>> {
  const program = fileURLToPath(new URL('../support/append-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [program, database, folder, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = new Map<string, number>();
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [forwarder = '', seq] = line.split(' ');
    said.set(forwarder, Number(seq));
    lines += 1;
    if (lines === linesBeforeKill) child.kill('SIGKILL');
  }
  assert.ok(lines >= linesBeforeKill, `the process ended after ${lines} lines`);
  return said;
}
