import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasColor } from '../../../src/cli/terminal.ts';

const TERMINAL = { isTTY: true } as NodeJS.WriteStream;
const PIPE = {} as NodeJS.WriteStream;

test('only a terminal gets colour', () => {
  assert.equal(hasColor(TERMINAL, {}), true);
  assert.equal(hasColor(PIPE, {}), false);
  assert.equal(hasColor(TERMINAL, { TERM: 'dumb' }), false);
});

test('NO_COLOR turns it off unless it is empty', () => {
  assert.equal(hasColor(TERMINAL, { NO_COLOR: '1' }), false);
  assert.equal(hasColor(TERMINAL, { NO_COLOR: 'yes' }), false);
  assert.equal(hasColor(TERMINAL, { NO_COLOR: '' }), true);
});

test('FORCE_COLOR decides whatever else is set', () => {
  assert.equal(hasColor(PIPE, { FORCE_COLOR: '1', NO_COLOR: '1' }), true);
  assert.equal(hasColor(PIPE, { FORCE_COLOR: '' }), true);
  assert.equal(hasColor(TERMINAL, { FORCE_COLOR: '0' }), false);
});
