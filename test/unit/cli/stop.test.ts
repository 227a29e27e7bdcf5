import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFolder } from '../../support/folder.ts';
import { answerControl, run, startProcess } from './answering-server.ts';

test('a server that does not listen for commands is stopped by the PID file and SIGTERM', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, '');
  const exited = once(child, 'exit');
  const { code, stdout } = await run(folder, 'stop');
  assert.equal(stdout, `stopped (pid ${child.pid})\n`);
  assert.equal(code, 0);
  assert.deepEqual(await exited, [null, 'SIGTERM']);
});

test('--force sends SIGQUIT', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, `process.on('SIGQUIT', () => process.exit(7))`);
  const exited = once(child, 'exit');
  const { code, stdout } = await run(folder, 'stop', '--force', '--json');
  assert.equal(code, 0);
  const { stopped, pid, killed } = JSON.parse(stdout);
  assert.deepEqual([stopped, pid, killed], [true, child.pid, false]);
  assert.deepEqual(await exited, [7, null]);
});

test('--force kills a server that does not end', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, `process.on('SIGQUIT', () => {})`);
  const exited = once(child, 'exit');
  const { code, stdout } = await run(folder, 'stop', '--force');
  assert.equal(stdout, `stopped (pid ${child.pid}, killed)\n`);
  assert.equal(code, 0);
  assert.deepEqual(await exited, [null, 'SIGKILL']);
  assert.ok(!existsSync(join(folder, 'server.pid')));
});

test('a server that still runs when the time is over is left alone, and that is said', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, `process.on('SIGTERM', () => {})`);
  const { code, stderr } = await run(folder, 'stop', '--timeout', '0.1');
  assert.equal(code, 75);
  assert.match(stderr, new RegExp(`pid ${child.pid}\\) still runs after 0.1 s; .*server stop --force`));
  assert.equal(child.exitCode, null);
});

for (const [what, content] of [
  ['garbage', 'x'],
  ['nothing', ''],
  ['zero', '0'],
  ['the number of another program', `${process.pid}`],
  ['a number that nobody has', '4194305'],
] as const) {
  test(`a PID file with ${what} means that no server runs`, async (t) => {
    const folder = createFolder(t);
    writeFileSync(join(folder, 'server.pid'), content);
    for (const verb of ['stop', 'status']) {
      const { code, stdout } = await run(folder, verb);
      assert.equal(stdout, 'not running\n');
      assert.equal(code, 3);
    }
  });
}

test('a server that runs but does not answer is told apart from none', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, '');
  const { code, stderr } = await run(folder, 'status');
  assert.match(
    stderr,
    new RegExp(`a server runs \\(pid ${child.pid}, from .*server\\.pid\\) but does not answer`),
  );
  assert.equal(code, 69);
});

test('stop asks the control socket and waits for the process that it names', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, `process.on('SIGUSR2', () => process.exit(5))`);
  const asked: unknown[] = [];
  await answerControl(t, folder, {
    stop: async (params) => {
      asked.push(params);
      child.kill('SIGUSR2');
      return { pid: child.pid as number };
    },
  });
  const exited = once(child, 'exit');
  const { code, stdout } = await run(folder, 'stop');
  assert.equal(stdout, `stopped (pid ${child.pid})\n`);
  assert.equal(code, 0);
  assert.deepEqual(asked, [{ mode: 'graceful' }]);
  assert.deepEqual(await exited, [5, null]);
});

test('an error of the server is told', async (t) => {
  const folder = createFolder(t);
  await answerControl(t, folder, {
    status: () => Promise.reject(new Error('the store is on fire')),
  });
  const { code, stderr } = await run(folder, 'status');
  assert.match(stderr, /the store is on fire/);
  assert.equal(code, 1);
});
