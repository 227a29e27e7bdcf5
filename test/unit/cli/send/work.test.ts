import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Work } from '../../../../src/cli/send/work.ts';

test('all numbers are handed out once', async () => {
  const work = new Work(10, undefined);
  assert.deepEqual(await work.take(4), { first: 1, count: 4 });
  assert.deepEqual(await work.take(100), { first: 5, count: 6 });
  assert.equal(await work.take(1), undefined);
});

test('numbers that were put back come again', async () => {
  const work = new Work(4, undefined);
  const portion = await work.take(4);
  work.putBack(portion!);
  assert.deepEqual(await work.take(4), portion);
  assert.equal(await work.take(4), undefined);
});

test('no more is handed out than the rate allows', async () => {
  const startedAt = performance.now();
  const work = new Work(60, 1000);
  let taken = 0;
  for (let portion = await work.take(100); portion !== undefined; portion = await work.take(100)) {
    taken += portion.count;
    assert.ok(taken <= performance.now() - startedAt + 1);
  }
  assert.equal(taken, 60);
});

test('cancelled work has nothing more', async () => {
  const work = new Work(4, undefined);
  work.putBack({ first: 1, count: 1 });
  work.cancel();
  assert.equal(await work.take(4), undefined);
});
