import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalizeName } from '../../../src/tls/names.ts';

test('names and addresses get the form that certificates have', () => {
  const cases: [string, string | undefined][] = [
    ['Logs.Example.COM', 'logs.example.com'],
    ['example.com.', 'example.com'],
    ['*.example.com', '*.example.com'],
    ['my_host', 'my_host'],
    ['127.0.0.1', '127.0.0.1'],
    ['[::1]', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:192.0.2.7', '::ffff:c000:207'],
    ['', undefined],
    ['*', undefined],
    ['*.com', undefined],
    ['a..b', undefined],
    ['-a.example', undefined],
    ['host name', undefined],
    ['1.2.3', undefined],
    ['999.1.1.1', undefined],
    ['a/b', undefined],
    ['übel.example', undefined],
    ['x'.repeat(64), undefined],
  ];
  for (const [name, expected] of cases) assert.equal(normalizeName(name), expected, name);
});
