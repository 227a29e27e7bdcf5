import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineQueue } from '../../../src/observe/line-queue.ts';

test('a batch holds whole lines up to its size, and at least one', () => {
  const queue = new LineQueue();
  for (const line of ['aaaa', 'bbbb', 'cccc']) queue.push(line);
  assert.equal(textOf(queue.take(10, 1000)), 'aaaa\nbbbb\n');
  assert.equal(textOf(queue.take(1, 1000)), 'cccc\n');
  assert.deepEqual(queue.take(1, 1000), []);
});

test('a batch ends with the line that fills the file', () => {
  const queue = new LineQueue();
  for (const line of ['aaaa', 'bbbb', 'cccc']) queue.push(line);
  assert.equal(textOf(queue.take(1000, 6)), 'aaaa\nbbbb\n');
  assert.equal(textOf(queue.take(1000, -1)), 'cccc\n');
});

test('lines that are put back come first', () => {
  const queue = new LineQueue();
  queue.push('a');
  queue.push('b');
  const lines = queue.take(2, 1000);
  queue.push('c');
  queue.putBack(lines);
  assert.equal(textOf(queue.takeAll()), 'a\nb\nc\n');
  assert.ok(queue.isEmpty);
});

test('a full queue drops new lines, counts them, and takes lines again when it has room', () => {
  const queue = new LineQueue();
  const line = 'x'.repeat(64 * 1024 - 1);
  for (let i = 0; i < 130; i += 1) queue.push(line);
  assert.equal(queue.length, 128);
  assert.equal(queue.dropped, 2);
  queue.take(1, 1);
  queue.push(line);
  assert.equal(queue.length, 128);
  assert.equal(queue.takeDropped(), 2);
  assert.equal(queue.takeDropped(), 0);
});

function textOf(lines: readonly Buffer[]): string {
  return Buffer.concat(lines).toString();
}
