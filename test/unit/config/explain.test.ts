import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainKey, findKeys, UnknownKeyError } from '../../../src/config/explain.ts';
import { describeKeys } from '../../../src/config/schema.ts';

test('a key is explained with its limits, default, variable and way of change', () => {
  const text = explainKey('network.port');
  for (const part of [
    'Universal port',
    '0 to 65535',
    '8443',
    'SERVER__NETWORK__PORT',
    'BIND_ADDR',
    'new workers',
  ]) {
    assert.ok(text.includes(part), part);
  }
});

test('how a change is applied is said as it is', () => {
  assert.match(explainKey('logging.level'), /A change is applied in place/);
  assert.match(explainKey('storage.data_dir'), /A change is applied only by a restart of the whole daemon/);
});

test('every key is explained, and planned ones say so', () => {
  for (const key of describeKeys()) {
    const text = explainKey(key.key);
    assert.equal(
      text.includes('Not available in this version'),
      key.isPlanned || key.plannedValues.length > 0,
    );
  }
});

test('a section, a bare name and an entry of a list are understood', () => {
  assert.ok(findKeys('tls').every(({ section }) => section === 'tls'));
  assert.deepEqual(
    findKeys('data_dir').map(({ key }) => key),
    ['storage.data_dir'],
  );
  for (const spelling of ['listeners[0].port', 'listeners.0.port', 'listeners.port', 'listeners[].port']) {
    assert.deepEqual(
      findKeys(spelling).map(({ key }) => key),
      ['listeners[].port'],
    );
  }
});

test('an unknown key is refused with what was meant', () => {
  assert.throws(
    () => explainKey('network.prot'),
    (error) => error instanceof UnknownKeyError && error.suggestion === 'network.port',
  );
  assert.throws(() => explainKey('constructor'), { code: 'ERR_CONFIG_KEY_UNKNOWN' });
});
