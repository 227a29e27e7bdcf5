import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { permissionFlags } from '../../../src/supervisor/permissions.ts';

/** Runs code with the rights of a worker and returns what it printed. */
function runAsWorker(code: string): string {
  return execFileSync(process.execPath, [...permissionFlags(), '-e', code], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
}

for (const [what, code] of [
  ['write a file', `require('fs').writeFileSync('/tmp/millrace-forbidden', 'x')`],
  ['read a file outside of the program', `require('fs').readFileSync('/etc/passwd')`],
  ['start a program', `require('child_process').execFileSync('true')`],
  ['start a thread', `new (require('worker_threads').Worker)('1', { eval: true })`],
] as const) {
  test(`a worker cannot ${what}`, () => {
    const attempt = `try { ${code}; console.log('done'); } catch (error) { console.log(error.code); }`;
    assert.equal(runAsWorker(attempt), 'ERR_ACCESS_DENIED');
  });
}

test('a worker can listen and connect', () => {
  const code = `const net = require('net');
    const server = net.createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1', () => {
      net.connect(server.address().port, '127.0.0.1').on('data', (text) => { console.log(String(text)); server.close(); });
    });`;
  assert.equal(runAsWorker(code), 'hello');
});
