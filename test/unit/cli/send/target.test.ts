import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTarget, parseTarget } from '../../../../src/cli/send/target.ts';

test('a target is a host, a port, both, or the path of a socket', () => {
  for (const [text, expected] of [
    ['example.com:9020', { host: 'example.com', port: 9020 }],
    ['example.com', { host: 'example.com', port: 8443 }],
    [':9020', { host: '127.0.0.1', port: 9020 }],
    ['[::1]:9020', { host: '::1', port: 9020 }],
    ['[::1]', { host: '::1', port: 8443 }],
    ['::1', { host: '::1', port: 8443 }],
    ['/run/logs.sock', { path: '/run/logs.sock' }],
  ] as const) {
    assert.deepEqual(parseTarget(text), expected);
    assert.deepEqual(parseTarget(formatTarget(expected)), expected);
  }
});

test('what is no target is a usage error that shows one', () => {
  for (const text of ['', 'host:', 'host:0', 'host:65536', 'host:http', '[host]:1', 'a:1:2', '[::1']) {
    assert.throws(() => parseTarget(text), {
      code: 'ERR_USAGE',
      message: /--to needs HOST:PORT, such as 127\.0\.0\.1:8443/,
    });
  }
});
