import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toLoggable } from '../../../src/observe/loggable.ts';

test('plain values stay as they are', () => {
  const fields = {
    text: 'a',
    number: 1.5,
    flag: false,
    nothing: null,
    list: [1, 'b'],
    table: { deep: true },
  };
  assert.deepEqual(toLoggable(fields), fields);
});

test('an expected error is told by its code and message', () => {
  const error = Object.assign(new Error('cannot open x'), { code: 'ERR_X' });
  assert.deepEqual(toLoggable({ error }), { error: { code: 'ERR_X', message: 'cannot open x' } });
});

test('a mistake of ours is told with its stack, and so is an error without a code', () => {
  for (const error of [new Error('a'), Object.assign(new TypeError('b'), { code: 'ERR_INVALID_ARG_TYPE' })]) {
    const { stack, message } = toLoggable({ error }).error as { stack: string; message: string };
    assert.equal(message, error.message);
    assert.equal(stack, error.stack);
  }
});

test('the cause of an error is told with it', () => {
  const cause = Object.assign(new Error('disk'), { code: 'EIO' });
  const error = Object.assign(new Error('write', { cause }), { code: 'ERR_X' });
  assert.deepEqual(toLoggable({ error }).error, {
    code: 'ERR_X',
    message: 'write',
    cause: { code: 'EIO', message: 'disk' },
  });
});

test('a big integer keeps all its digits', () => {
  assert.deepEqual(toLoggable({ a: 12345678901234567890n, b: { c: [-1n] } }), {
    a: '12345678901234567890',
    b: { c: ['-1'] },
  });
});

test('a circle ends, and the same value twice is no circle', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  assert.deepEqual(toLoggable({ circle }), { circle: { self: '[circular]' } });
  const twice = { a: 1 };
  assert.deepEqual(toLoggable({ x: twice, y: twice }), { x: { a: 1 }, y: { a: 1 } });
});

test('a value that throws when it is read does not stop the message', () => {
  const trap = {
    get value(): never {
      throw new Error('no');
    },
  };
  assert.deepEqual(toLoggable({ trap, after: 1 }), { trap: '[unreadable: no]', after: 1 });
});

test('what JSON does not know is named', () => {
  const copy = toLoggable({
    bytes: Buffer.from('abc'),
    map: new Map([['k', 1]]),
    set: new Set([1]),
    date: new Date(0),
    url: new URL('http://localhost/x'),
    infinite: Number.POSITIVE_INFINITY,
    symbol: Symbol('s'),
    call() {},
    missing: undefined,
  });
  assert.deepEqual(copy, {
    bytes: '[3 bytes]',
    map: [['k', 1]],
    set: [1],
    date: '1970-01-01T00:00:00.000Z',
    url: 'http://localhost/x',
    infinite: 'Infinity',
    symbol: 'Symbol(s)',
    call: '[function call]',
  });
});

test('huge values are bounded', () => {
  let deep: object = {};
  for (let i = 0; i < 10_000; i += 1) deep = { deep };
  const wide = Array.from({ length: 100_000 }, (_, i) => ({ i }));
  const bushy = Array.from({ length: 100 }, () => wide);
  const copy = toLoggable({ deep, bushy, long: 'x'.repeat(10_000_000) });
  assert.ok(JSON.stringify(copy).length < 300_000);
  assert.match(String(copy.long), /… \(9934464 more characters\)$/);
  assert.equal((toLoggable({ wide }).wide as unknown[]).at(-1), '… (99900 more)');
});
