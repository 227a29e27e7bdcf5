import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BusyError, Operations } from '../../../src/supervisor/operations.ts';

test('operations run one after the other, whatever becomes of each', async () => {
  const operations = new Operations();
  const seen: string[] = [];
  const first = operations.run(async () => {
    seen.push('first begins');
    await new Promise((resolve) => setImmediate(resolve));
    seen.push('first ends');
    throw new Error('refused');
  });
  const second = operations.run(async () => {
    seen.push('second');
    return 2;
  });
  await assert.rejects(first, /refused/);
  assert.equal(await second, 2);
  assert.deepEqual(seen, ['first begins', 'first ends', 'second']);
});

test('an operation that has not begun serves everyone who asks for it, one that has begun does not', async () => {
  const operations = new Operations();
  let runs = 0;
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const reload = async () => {
    runs += 1;
    begun.resolve();
    await end.promise;
    return runs;
  };
  const first = operations.share('reload', reload);
  await begun.promise;
  const later = [1, 2, 3].map(() => operations.share('reload', reload));
  end.resolve();
  assert.equal(await first, 1);
  assert.deepEqual(await Promise.all(later), [2, 2, 2]);
});

test('there is a limit to how many wait', async () => {
  const operations = new Operations();
  const end = Promise.withResolvers<void>();
  const waiting = Array.from({ length: 16 }, () => operations.run(() => end.promise));
  await assert.rejects(
    operations.run(() => end.promise),
    BusyError,
  );
  end.resolve();
  await Promise.all(waiting);
  await operations.run(async () => {});
});
