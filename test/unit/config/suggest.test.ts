import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggest } from '../../../src/config/suggest.ts';

const NAMES = ['port', 'bind_address', 'max_connections', 'max_files'];

test('a name with a slip is recognised', () => {
  for (const slip of ['prot', 'por', 'portt', 'pprt', 'PORT']) assert.equal(suggest(slip, NAMES), 'port');
});

test('other ways to join words are recognised', () => {
  for (const way of ['bindAddress', 'bind-address', 'BIND_ADDRESS'])
    assert.equal(suggest(way, NAMES), 'bind_address');
});

test('a name that is far from all, or equally near to two, suggests nothing', () => {
  assert.equal(suggest('frobnicate', NAMES), undefined);
  assert.equal(suggest('ab', ['aa', 'bb']), undefined);
  assert.equal(suggest('', NAMES), undefined);
});
