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

test('an operation joins the last one of its name only where nothing came between', async () => {
  const operations = new Operations();
  const seen: string[] = [];
  const end = Promise.withResolvers<void>();
  const first = operations.run(() => end.promise);
  const level = (name: string) => operations.share(name, async () => void seen.push(name));
  const turns = [level('debug'), level('info'), level('debug'), level('debug')];
  end.resolve();
  await Promise.all([first, ...turns]);
  assert.deepEqual(seen, ['debug', 'info', 'debug']);
});

test('a named operation is never refused', async () => {
  const operations = new Operations();
  const end = Promise.withResolvers<void>();
  const waiting = Array.from({ length: 16 }, () => operations.run(() => end.promise));
  let runs = 0;
  const shared = [1, 2, 3].map(() => operations.share('reload', async () => ++runs));
  await assert.rejects(
    operations.run(() => end.promise),
    BusyError,
  );
  end.resolve();
  await Promise.all(waiting);
  assert.deepEqual(await Promise.all(shared), [1, 1, 1]);
});
