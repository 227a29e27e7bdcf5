import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Listener } from '../../../src/config/listeners.ts';
import { InheritedSockets, takeInheritedSockets } from '../../../src/supervisor/inherited-sockets.ts';

const MODULE = new URL('../../../src/supervisor/inherited-sockets.ts', import.meta.url).href;
const skip = process.platform === 'linux' ? false : 'only Linux has /proc/net/tcp';

function listener(name: string, address: string, port: number): Listener {
  return { name, address, port, tls: false, protocols: [] };
}

async function listen(t: TestContext, host: string): Promise<{ fd: number; port: number }> {
  const server: Server = createServer().listen(0, host);
  await once(server, 'listening');
  t.after(() => server.close());
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
  return { fd, port: (server.address() as { port: number }).port };
}

/** What a process finds that a service manager starts with these descriptors, as 3, 4, … */
function takeIn(fds: readonly number[], names: string, pid = 'process.pid'): Record<string, unknown> {
  const code = `
    process.env.LISTEN_PID = String(${pid}); process.env.LISTEN_FDS = '${fds.length}';
    const { takeInheritedSockets } = await import(${JSON.stringify(MODULE)});
    const sockets = takeInheritedSockets();
    console.log(JSON.stringify({ unused: sockets.unused, left: Object.keys(process.env).filter((name) => name.startsWith('LISTEN')) }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    env: { ...process.env, LISTEN_FDNAMES: names },
    stdio: ['ignore', 'pipe', 'pipe', ...fds],
  });
  assert.ok(stdout, stderr);
  return JSON.parse(stdout);
}

test('sockets are known by the names and the addresses that they are bound to', { skip }, async (t) => {
  const four = await listen(t, '127.0.0.1');
  const six = await listen(t, '::1');
  const every = await listen(t, '::');
  assert.deepEqual(takeIn([four.fd, six.fd, every.fd], 'main::other'), {
    unused: [`main 127.0.0.1:${four.port}`, `descriptor 4 [::1]:${six.port}`, `other [::]:${every.port}`],
    left: [],
  });
});

test('what is no socket is left alone', { skip }, async (t) => {
  const { fd, port } = await listen(t, '127.0.0.1');
  const { unused } = takeIn([openSync('/dev/null', 'r'), fd], 'a:b');
  assert.deepEqual(unused, [`b 127.0.0.1:${port}`]);
});

test('sockets for another process do not count, and no child is told of them', { skip }, async (t) => {
  const { fd } = await listen(t, '127.0.0.1');
  assert.deepEqual(takeIn([fd], 'main', 'process.ppid'), { unused: [], left: [] });
});

test('nonsense in the environment means no sockets', () => {
  for (const LISTEN_FDS of ['', '-1', 'x', '99999999', '1.5', '9999']) {
    const env: NodeJS.ProcessEnv = { LISTEN_PID: String(process.pid), LISTEN_FDS: `${LISTEN_FDS}x` };
    assert.deepEqual(takeInheritedSockets(env).unused, []);
    assert.deepEqual(env, {});
  }
});

test('a listener gets the socket of its name, else that of its address, each once', () => {
  const sockets = new InheritedSockets([
    { descriptor: 3, name: 'millrace.socket', bound: { address: '127.0.0.1', port: 1 } },
    { descriptor: 4, name: 'logs', bound: { address: '10.0.0.1', port: 2 } },
    { descriptor: 5, name: 'x', bound: { address: '::1', port: 3 } },
    { descriptor: 6, name: 'y', bound: undefined },
  ]);
  assert.equal(sockets.take(listener('logs', '127.0.0.1', 1))?.descriptor, 4);
  assert.equal(sockets.take(listener('main', '127.0.0.1', 1))?.descriptor, 3);
  assert.equal(sockets.take(listener('main', '127.0.0.1', 1)), undefined);
  assert.equal(sockets.take(listener('six', '0:0:0:0:0:0:0:1', 3))?.descriptor, 5);
  assert.equal(sockets.take(listener('other', '127.0.0.2', 2)), undefined);
  assert.deepEqual(sockets.unused, ['y']);
  const logs = { descriptor: 4, name: 'logs', bound: undefined };
  sockets.giveBack(logs);
  assert.equal(sockets.take(listener('logs', '127.0.0.1', 9)), logs);
});
