import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashBearerToken } from '../../../../src/protocols/streams/bearer-token.ts';

test('a token is known by its SHA-256', () => {
  assert.equal(
    hashBearerToken('Bearer abc')?.toString('hex'),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

test('a header that is not the scheme, one space and a token counts as none', () => {
  const long = `Bearer ${'x'.repeat(5000)}`;
  for (const header of [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'bearer abc',
    'Bearer  abc',
    'Basic abc',
    'Bearer ä',
    long,
  ]) {
    assert.equal(hashBearerToken(header), undefined, String(header));
  }
});
