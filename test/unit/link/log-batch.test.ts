import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberLines } from '../../../src/link/log-batch.ts';
import { createBatch, createBodies } from '../../support/batches.ts';

function numbered(format: 'fixed' | 'plain' | 'json', slotFor: number, first: number, count: number): string {
  return numberLines(createBatch(createBodies(count), format, slotFor), first).bytes.toString();
}

test('fixed lines carry right-aligned numbers that count on across each power of ten', () => {
  for (const first of [0, 7, 98, 995, 9_999_999_990]) {
    const lines = numbered('fixed', first, first, 12).split('\n');
    for (let i = 0; i < 12; i += 1) {
      assert.equal(lines[i], `${String(first + i).padStart(10)} message ${i}`);
    }
  }
});

test('plain lines get numbers of any width whatever slot was left for them', () => {
  for (const [slotFor, first] of [
    [0, 0],
    [0, 5],
    [0, 123_456],
    [123_456, 0],
    [99_990, 99_995],
  ] as const) {
    const lines = numbered('plain', slotFor, first, 12).split('\n');
    assert.equal(lines.length, 13);
    for (let i = 0; i < 12; i += 1) assert.equal(lines[i], `${first + i} message ${i}`);
  }
});

test('json lines begin with the sequence', () => {
  assert.match(numbered('json', 0, 41, 2), /^\{"sequence":41,message 0\n\{"sequence":42,message 1\n$/);
});

test('the ends of numbered lines stand behind their newlines', () => {
  for (const first of [3, 98, 4_000_000_000]) {
    const { bytes, ends } = numberLines(createBatch(createBodies(5)), first);
    assert.equal(ends.length, 5);
    for (const end of ends) assert.equal(bytes[end - 1], 0x0a);
    assert.equal(ends.at(-1), bytes.length);
  }
});

test('a line that is not committed leaves no trace', () => {
  const batch = createBatch(['one']);
  batch.bytes.fill('x', batch.begin(1000));
  const more = Buffer.from('two\n');
  const start = batch.begin(more.length);
  more.copy(batch.bytes, start);
  batch.commit(start + more.length);
  assert.equal(numberLines(batch, 0).bytes.toString(), '0 one\n1 two\n');
});
