import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { ConfigError } from '../../../src/config/config-error.ts';
import type { Status } from '../../../src/supervisor/status.ts';
import { createFolder } from '../../support/folder.ts';
import { answerControl, pathsOf, run, startProcess } from './answering-server.ts';
import { EXAMPLE_STATUS } from './example-status.ts';

const RUNNING: Status = { ...EXAMPLE_STATUS, state: 'running', pid: 100 };

test('restart returns when another server runs', async (t) => {
  const folder = createFolder(t);
  // What each further status tells: the old server, one that starts, and that one when it runs.
  const seen: Status[] = [RUNNING, RUNNING, { ...RUNNING, state: 'starting', pid: 200 }];
  const orders: unknown[] = [];
  await answerControl(t, folder, {
    status: async () => seen.shift() ?? { ...RUNNING, pid: 200 },
    restart: async (params) => {
      orders.push(params);
      return { pid: 100, workers: 1, duration_ms: 0 };
    },
  });
  const { code, stdout, stderr } = await run(folder, 'restart');
  assert.equal(stderr, '');
  assert.match(stdout, /^restarted in .* \(pid 200\)\n$/);
  assert.equal(code, 0);
  assert.deepEqual(orders, [{ scope: 'daemon' }]);
});

test('a server that keeps its process is another one when it was started later', async (t) => {
  const folder = createFolder(t);
  let startedAt = '2026-11-21T10:00:00.000Z';
  await answerControl(t, folder, {
    status: async () => ({ ...RUNNING, started_at: startedAt }),
    restart: async () => {
      startedAt = '2026-11-21T11:00:00.000Z';
      return { pid: 100, workers: 1, duration_ms: 0 };
    },
  });
  const { code, stdout } = await run(folder, 'restart', '--json');
  const { scope, pid, started_at } = JSON.parse(stdout);
  assert.deepEqual([scope, pid, started_at], ['daemon', 100, startedAt]);
  assert.equal(code, 0);
});

test('--workers replaces the workers alone', async (t) => {
  const folder = createFolder(t);
  const orders: unknown[] = [];
  await answerControl(t, folder, {
    status: async () => RUNNING,
    restart: async (params) => {
      orders.push(params);
      return { pid: 100, workers: 2, duration_ms: 812 };
    },
  });
  const { code, stdout } = await run(folder, 'restart', '--workers');
  assert.equal(stdout, 'replaced 2 workers in 812 ms (pid 100)\n');
  assert.equal(code, 0);
  assert.deepEqual(orders, [{ scope: 'workers' }]);
});

test('a server whose file has mistakes is not ended', async (t) => {
  const folder = createFolder(t);
  const problem = { code: 'CFG0102', severity: 'error', message: 'unknown key "x"' } as const;
  await answerControl(t, folder, {
    status: async () => RUNNING,
    reload: async ({ dry_run }) => {
      assert.equal(dry_run, true);
      throw new ConfigError([problem]);
    },
    restart: () => assert.fail('it was ended'),
  });
  const { code, stderr } = await run(folder, 'restart');
  assert.equal(stderr, 'unknown key "x"\nthe server runs as before\n');
  assert.equal(code, 78);
});

test('a server that asks for what cannot be had is not ended', async (t) => {
  const folder = createFolder(t);
  const error = Object.assign(new Error('cannot listen on 127.0.0.1:1'), { code: 'ERR_RELOAD_FAILED' });
  await answerControl(t, folder, {
    status: async () => RUNNING,
    reload: () => Promise.reject(error),
    restart: () => assert.fail('it was ended'),
  });
  const { code, stderr } = await run(folder, 'restart');
  assert.equal(stderr, 'server: cannot listen on 127.0.0.1:1\nthe server runs as before\n');
  assert.equal(code, 78);
});

test('a server whose process is gone is not waited for, unless a service manager may start it', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, '');
  const server = await answerControl(t, folder, {
    status: async () => ({ ...RUNNING, pid: child.pid as number }),
    restart: async () => {
      void server.close();
      child.kill('SIGKILL');
      return { pid: child.pid as number, workers: 1, duration_ms: 0 };
    },
  });
  const { code, stderr } = await run(folder, 'restart');
  assert.match(
    stderr,
    new RegExp(
      `the server \\(pid ${child.pid}\\) has ended and did not start again; why is on its standard error only`,
    ),
  );
  assert.equal(code, 1);
});

test('a server that does not come back is told, with where to look', async (t) => {
  const folder = createFolder(t);
  const server = await answerControl(t, folder, {
    status: async () => RUNNING,
    restart: async () => {
      void server.close();
      return { pid: 100, workers: 1, duration_ms: 0 };
    },
  });
  const { code, stderr } = await run(folder, 'restart', '--timeout', '0.3');
  assert.match(stderr, /the server ended and is not back after 0\.3 s; see "server logs"/);
  assert.equal(code, 1);
});

test('a server that is not restarted in time still runs', async (t) => {
  const folder = createFolder(t);
  await answerControl(t, folder, {
    status: async () => RUNNING,
    restart: async () => ({ pid: 100, workers: 1, duration_ms: 0 }),
  });
  const { code, stderr } = await run(folder, 'restart', '--timeout', '0.3');
  assert.match(stderr, /the old server \(pid 100\) still runs after 0\.3 s/);
  assert.equal(code, 75);
});

const VERBS = [
  'reload',
  'restart',
  'restart --workers',
  'set-level debug',
  'reopen',
  'config diff',
  'config history',
  'config rollback 3',
];

for (const verb of VERBS) {
  test(`"server ${verb}" without a server says how to start one`, async (t) => {
    const { code, stderr } = await run(createFolder(t), ...verb.split(' '));
    assert.equal(stderr, 'server: no server runs here; "server start" starts one\n');
    assert.equal(code, 69);
  });
}

test('a server that takes commands and answers none is told apart', { concurrency: true }, async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, '');
  const { controlSocket } = await pathsOf(folder);
  mkdirSync(dirname(controlSocket), { recursive: true });
  const hung = createServer(() => {}).listen(controlSocket);
  t.after(() => hung.close());
  const verbs = ['status', 'restart', 'config history', 'logs', 'logs -f'];
  await Promise.all(
    verbs.map(async (verb) => {
      const { code, stderr } = await run(folder, ...verb.split(' '));
      assert.match(
        stderr,
        new RegExp(
          `a server runs \\(pid ${child.pid}, .*did not answer within 10 s; "server stop --force" ends it`,
        ),
      );
      assert.equal(code, 69);
    }),
  );
});
