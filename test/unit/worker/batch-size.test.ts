import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchSize } from '../../../src/worker/batch-size.ts';

test('full batches let the size grow up to the maximum', () => {
  const size = new BatchSize(100, 1000);
  for (let i = 0; i < 10; i += 1) size.observe(size.current);
  assert.equal(size.current, 1000);
});

test('nearly empty batches let the size shrink to ten', () => {
  const size = new BatchSize(100, 1000);
  for (let i = 0; i < 10; i += 1) size.observe(1);
  assert.equal(size.current, 10);
});

test('batches that are half full leave the size as it is', () => {
  const size = new BatchSize(100, 1000);
  size.observe(50);
  assert.equal(size.current, 100);
});

test('a small maximum is kept', () => {
  const size = new BatchSize(100, 3);
  for (let i = 0; i < 10; i += 1) size.observe(0);
  assert.equal(size.current, 3);
});
