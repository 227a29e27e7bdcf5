import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineTail } from '../../../src/observe/line-tail.ts';

test('the tail has the last thousand lines', () => {
  const tail = new LineTail();
  for (let i = 0; i < 2500; i += 1) tail.push(String(i));
  assert.deepEqual(tail.last(2), ['2498', '2499']);
  assert.equal(tail.last(5000).length, 1000);
  assert.equal(tail.last(5000)[0], '1500');
  assert.deepEqual(tail.last(0), []);
});

test('long lines do not make the tail grow beyond its size', () => {
  const tail = new LineTail();
  for (let i = 0; i < 1000; i += 1) tail.push('x'.repeat(64 * 1024));
  assert.equal(tail.last(1000).length, 64);
});
