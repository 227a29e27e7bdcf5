import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ReadEvent } from '../../../../src/link/streams.ts';
import { FORWARDER } from '../../../support/events.ts';
import { openHub, readEvent, TestForwarder, TestReceiver } from './hub-sessions.ts';

const READERS = ['r0', 'r1', 'r2'];
const STREAMS = READERS.map((reader_ip) => ({ forwarder_id: FORWARDER, reader_ip }));

const event = fc
  .record({
    reader: fc.nat(READERS.length - 1),
    epoch: fc.integer({ min: 1, max: 3 }),
    seq: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ reader, epoch, seq }) =>
    readEvent(seq, { reader_ip: READERS[reader] as string, stream_epoch: epoch }),
  );
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ append: fc.array(event, { maxLength: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ join: fc.subarray(STREAMS, { minLength: 1 }) }) },
  { weight: 4, arbitrary: fc.record({ page: fc.nat(9) }) },
);

test('whenever a receiver joins and however it reads, it gets each event once', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 8 }),
      async (steps, pageMax) => {
        const { hub, service } = await openHub(t, pageMax);
        const forwarder = new TestForwarder(service);
        await forwarder.open([]);
        const stored = new Set<string>();
        const receivers: { receiver: TestReceiver; readers: Set<string>; events: ReadEvent[] }[] = [];
        const pending: Promise<unknown>[] = [];
        for (const each of steps) {
          if ('append' in each) {
            for (const appended of each.append) stored.add(nameEvent(appended));
            // Not awaited: what follows meets the commit.
            pending.push(forwarder.append(each.append));
          } else if ('join' in each) {
            const receiver = new TestReceiver(service);
            await receiver.open();
            await receiver.subscribe(...each.join);
            receivers.push({
              receiver,
              readers: new Set(each.join.map((name) => name.reader_ip)),
              events: [],
            });
          } else if (receivers.length > 0) {
            const reading = receivers[each.page % receivers.length];
            reading?.events.push(...((await reading.receiver.readPage()) ?? []));
          }
        }
        await Promise.all(pending);
        for (const { receiver, readers, events } of receivers) {
          const expected = [...stored].filter((name) => readers.has(name.split(' ')[0] as string));
          events.push(...(await receiver.read(expected.length - events.length)));
          assert.deepEqual(events.map(nameEvent).sort(), expected.sort());
          assert.deepEqual(await receiver.readAll(), []);
        }
        hub.close();
      },
    ),
    { numRuns: 25 },
  );
});

function nameEvent({ reader_ip, stream_epoch, seq }: ReadEvent): string {
  return `${reader_ip} ${stream_epoch} ${seq}`;
}
