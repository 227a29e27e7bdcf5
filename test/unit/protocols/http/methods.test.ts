import assert from 'node:assert/strict';
import { METHODS as KNOWN } from 'node:http';
import { test } from 'node:test';
import { METHODS } from '../../../../src/protocols/http/methods.ts';

test('every method that Node knows is told apart from other protocols', () => {
  const missing = KNOWN.filter((method) => !(METHODS as readonly string[]).includes(method));
  assert.deepEqual(missing, []);
});
