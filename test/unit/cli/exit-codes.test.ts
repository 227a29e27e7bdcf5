import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf } from '../../../src/cli/exit-codes.ts';
import { ConfigError } from '../../../src/config/config-error.ts';
import { ControlError } from '../../../src/supervisor/control-client.ts';

test('each kind of error has its exit code', () => {
  assert.equal(exitCodeOf(new ConfigError([])), 78);
  assert.equal(exitCodeOf(new ControlError('ERR_CONTROL_UNREACHABLE', '')), 69);
  assert.equal(exitCodeOf(new ControlError('ERR_CONTROL_DENIED', '')), 77);
  assert.equal(exitCodeOf(Object.assign(new Error(), { code: 'EACCES' })), 77);
  assert.equal(exitCodeOf(new Error('any')), 1);
  assert.equal(exitCodeOf('not even an error'), 1);
  assert.equal(exitCodeOf(undefined), 1);
});

test('an error can bring its own exit code', () => {
  assert.equal(exitCodeOf(Object.assign(new Error(), { code: 'EACCES', exitCode: 69 })), 69);
});

test('what caused an error decides where it has no code of its own', () => {
  const cause = Object.assign(new Error(), { code: 'EPERM' });
  assert.equal(exitCodeOf(new Error('cannot stop', { cause })), 77);
  assert.equal(exitCodeOf(Object.assign(new Error('', { cause }), { code: 'ERR_CANNOT_CREATE' })), 73);
});
