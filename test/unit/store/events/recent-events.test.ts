import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RecentEvent, RecentEvents } from '../../../../src/store/events/recent-events.ts';

const LIMITS = { eventsMax: 500, bytesMax: 1024 * 1024 };

/** Of 100 bytes each. */
function createRecent(from: number, to: number, epoch = 1): RecentEvent[] {
  return Array.from({ length: to - from + 1 }, (_, i) => ({
    epoch,
    seq: from + i,
    position: from + i,
    json: JSON.stringify(String(from + i).padStart(34, '0')),
  }));
}

function at(position: number) {
  return { state: 'live', position, headEpoch: 1, headSeq: position } as const;
}

function read(recent: RecentEvents, position: number, limits = LIMITS): number[] | undefined {
  const page = recent.read('s', at(position), limits);
  return page === undefined ? undefined : (JSON.parse(page.eventsJson) as string[]).map(Number);
}

test('it has what follows a position, or says that it has not', () => {
  const recent = new RecentEvents();
  recent.add('s', createRecent(5, 9));
  assert.deepEqual(read(recent, 4), [5, 6, 7, 8, 9]);
  assert.deepEqual(read(recent, 7), [8, 9]);
  assert.equal(read(recent, 3), undefined);
  assert.equal(read(recent, 9), undefined);
  assert.equal(read(recent, 50), undefined);
  assert.equal(recent.read('other', at(7), LIMITS), undefined);
});

test('a page keeps its limits and ends with its epoch', () => {
  const recent = new RecentEvents();
  recent.add('s', [...createRecent(1, 4), ...createRecent(5, 6, 2)]);
  assert.deepEqual(read(recent, 0), [1, 2, 3, 4]);
  assert.deepEqual(recent.read('s', at(0), LIMITS)?.next, at(4));
  assert.deepEqual(recent.read('s', at(4), LIMITS)?.next, {
    state: 'live',
    position: 6,
    headEpoch: 2,
    headSeq: 6,
  });
  assert.deepEqual(read(recent, 0, { ...LIMITS, eventsMax: 2 }), [1, 2]);
  assert.deepEqual(read(recent, 1, { ...LIMITS, bytesMax: 250 }), [2, 3]);
  assert.deepEqual(read(recent, 2, { ...LIMITS, bytesMax: 1 }), [3]);
});

test('a hole makes it begin anew, and what is known is not taken again', () => {
  const recent = new RecentEvents();
  recent.add('s', createRecent(1, 4));
  recent.add('s', createRecent(3, 5));
  assert.deepEqual(read(recent, 0), [1, 2, 3, 4, 5]);
  recent.add('s', createRecent(8, 9));
  assert.equal(read(recent, 4), undefined);
  assert.deepEqual(read(recent, 7), [8, 9]);
});

test('it keeps the newest events of a stream, and the streams that got events last', () => {
  const recent = new RecentEvents(3000, 1000);
  for (let from = 1; from <= 100; from += 4) recent.add('s', createRecent(from, from + 3));
  assert.ok(recent.bytes <= 1000);
  assert.deepEqual(read(recent, 98), [99, 100]);
  for (const name of ['a', 'b', 'c', 'd']) recent.add(name, createRecent(1, 9));
  assert.ok(recent.bytes <= 3000);
  assert.equal(read(recent, 98), undefined);
  assert.ok(recent.read('d', at(0), LIMITS));
  recent.forget('d');
  assert.equal(recent.read('d', at(0), LIMITS), undefined);
  recent.forget();
  assert.equal(recent.bytes, 0);
});
