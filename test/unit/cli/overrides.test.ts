import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FlagTable, OVERRIDE_FLAGS } from '../../../src/cli/flags.ts';
import { readLoadOptions } from '../../../src/cli/overrides.ts';
import { parseKey } from '../../../src/config/key-path.ts';
import { findSchema } from '../../../src/config/schema.ts';

test('every flag that overrides a key names one that exists', () => {
  for (const [name, { key }] of Object.entries(OVERRIDE_FLAGS as FlagTable)) {
    if (key !== undefined) assert.ok(findSchema(parseKey(key)), `--${name} sets ${key}`);
  }
});

test('flags become keys with what was typed for them', () => {
  const options = readLoadOptions([
    '--config=x.toml',
    '--env-file=.env',
    '--port=9443',
    '--log-dir=logs',
    '--require-auth',
    '--json-logs',
    '--set=logs.sync = never',
    '--',
    'file',
  ]);
  assert.deepEqual(options, {
    file: 'x.toml',
    envFile: '.env',
    flags: {
      'network.port': '9443',
      'logging.file': 'logs/server.log',
      'auth.require_auth': true,
      'logs.sync': 'never',
    },
    flagNames: {
      'network.port': '--port',
      'logging.file': '--log-dir',
      'auth.require_auth': '--require-auth',
      'logs.sync': '--set logs.sync',
    },
  });
});

test('two flags for one key are refused by name', () => {
  assert.throws(() => readLoadOptions(['--bind=::', '--host=::1']), {
    message: /--bind and --host both set network\.bind_address/,
  });
  assert.throws(() => readLoadOptions(['--set=network.port=1', '--port=2']), {
    message: /--set network\.port and --port both set network\.port/,
  });
});

test('--set without a key or a value is refused', () => {
  for (const given of ['logs.sync', '=never', '', ' = ']) {
    assert.throws(() => readLoadOptions([`--set=${given}`]), { message: /--set needs KEY=VALUE/ });
  }
});

test('--set takes an equals sign in its value, and an empty value', () => {
  assert.deepEqual(readLoadOptions(['--set=a.b=c=d', '--set=e.f=']).flags, { 'a.b': 'c=d', 'e.f': '' });
});
