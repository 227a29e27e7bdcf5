import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBackgroundFolder, startInBackground } from '../support/background.ts';
import { Daemon, ENTRY, type Run, runServer } from '../support/daemon.ts';
import { createFolder } from '../support/folder.ts';
import { createFrames, openConnection } from '../support/log-client.ts';
import { untilGone } from '../support/process.ts';
import { findProcesses, isSignalWaiting, readProcess } from '../support/processes.ts';
import { NOBODY, skipWithoutRoot } from '../support/root.ts';

function runAsNobody(folder: string, ...args: string[]): Promise<Run> {
  const options = { cwd: folder, uid: NOBODY, gid: NOBODY, env: { PATH: process.env.PATH } };
  return new Promise((resolve) => {
    execFile(process.execPath, [ENTRY, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code as unknown as number) : 0, stdout, stderr }),
    );
  });
}

function childrenOf(pid: number): number[] {
  return findProcesses(({ parent }) => parent === pid).map((each) => each.pid);
}

/** Signals are delivered when the kernel gets to it. */
async function untilStopped(pid: number): Promise<void> {
  while (readProcess(pid)?.state !== 'T') await new Promise((resolve) => setImmediate(resolve));
}

test('where no server runs, stop and status say so with exit code 3', async (t) => {
  const folder = createBackgroundFolder(t);
  for (const args of [['stop'], ['stop', '--force'], ['status']]) {
    const { stdout, stderr, code } = await runServer(args, { cwd: folder });
    assert.deepEqual([stdout, stderr, code], ['not running\n', '', 3]);
  }
});

test('a server that hangs is told by status, outlasts a stop, and ends by force with its children', async (t) => {
  const folder = createBackgroundFolder(t);
  const pid = await startInBackground(t, folder);
  const children = childrenOf(pid);
  assert.equal(children.length, 2);
  for (const each of [pid, ...children]) {
    process.kill(each, 'SIGSTOP');
    await untilStopped(each);
  }
  const [status, stop] = await Promise.all([
    runServer(['status'], { cwd: folder }),
    runServer(['stop', '--timeout', '0.5'], { cwd: folder }),
  ]);
  assert.match(status.stderr, new RegExp(`a server runs \\(pid ${pid}, from .*\\) but does not answer`));
  assert.equal(status.code, 69);
  assert.match(stop.stderr, new RegExp(`\\(pid ${pid}\\) still runs after 0\\.5 s; .*server stop --force`));
  assert.equal(stop.code, 75);
  const force = await runServer(['stop', '--force'], { cwd: folder });
  assert.equal(force.stdout, `stopped (pid ${pid}, killed)\n`);
  assert.equal(force.code, 0);
  for (const each of [pid, ...children]) await untilGone(each, 0);
  // It can start again at once.
  await startInBackground(t, folder);
});

test('a server that hangs and wakes up obeys the stop that was asked of it meanwhile', async (t) => {
  const folder = createBackgroundFolder(t);
  const pid = await startInBackground(t, folder);
  process.kill(pid, 'SIGSTOP');
  await untilStopped(pid);
  const stop = runServer(['stop'], { cwd: folder });
  // It is asked over the socket first, then by a signal that waits with the process.
  while (!isSignalWaiting(pid)) await new Promise((resolve) => setImmediate(resolve));
  process.kill(pid, 'SIGCONT');
  const { stdout, code } = await stop;
  assert.equal(stdout, `stopped (pid ${pid})\n`);
  assert.equal(code, 0);
});

for (const until of [/starting log server/, /the store is ready/]) {
  test(`a server that has got as far as "${until.source}" can be stopped and asked`, async (t) => {
    const daemon = await Daemon.start(t, '', { until });
    const status = await daemon.run('status');
    assert.ok([0, 3, 69].includes(status.code as number), status.stderr);
    for (;;) {
      const { code, stdout, stderr } = await daemon.run('stop');
      // Before it has the lock and its PID file, nobody can know of it.
      if (code === 3) continue;
      assert.equal(stdout, `stopped (pid ${daemon.process.pid})\n`, stderr);
      assert.equal(code, 0);
      break;
    }
    assert.equal(await daemon.exited, 0);
  });
}

test('a server that is draining tells so, and a second stop waits for it or hurries it', async (t) => {
  const daemon = await Daemon.start(t, '[daemon]\nshutdown_timeout_secs = 60\n');
  const socket = await openConnection(await daemon.listener());
  socket.on('error', () => {});
  socket.write(createFrames('a', 1));
  // Half a frame keeps the worker waiting for the other half.
  socket.write(createFrames('b', 1).subarray(0, 10));
  const store = await daemon.pidOf('store');
  process.kill(store, 'SIGSTOP');
  await untilStopped(store);
  const first = daemon.run('stop');
  await daemon.waitForLog(/stopping/);
  const status = await daemon.run('status', '--json');
  assert.equal(JSON.parse(status.stdout).state, 'stopping');
  const second = await daemon.run('stop', '--force');
  assert.equal(second.code, 0, second.stderr);
  assert.match(second.stdout, new RegExp(`^stopped \\(pid ${daemon.process.pid}(, killed)?\\)\\n$`));
  assert.equal((await first).code, 0);
  await untilGone(store, 1000);
});

test("another user's server is left alone, and that is said", { skip: skipWithoutRoot }, async (t) => {
  const folder = createBackgroundFolder(t);
  chmodSync(folder, 0o755);
  const pid = await startInBackground(t, folder);
  for (const args of [['status'], ['stop'], ['stop', '--force']]) {
    const { stderr, code } = await runAsNobody(folder, ...args);
    assert.match(stderr, /no permission/);
    assert.equal(code, 77, args.join(' '));
  }
  // Where not even the socket can be seen, the PID file leads to the process.
  const empty = createFolder(t);
  chmodSync(empty, 0o755);
  const elsewhere = ['--data-dir', empty, '--pid-file', join(folder, 'server.pid')];
  const stop = await runAsNobody(folder, 'stop', ...elsewhere);
  assert.match(
    stop.stderr,
    new RegExp(`no permission to stop the server \\(pid ${pid}\\); run this as its user`),
  );
  assert.equal(stop.code, 77);
  assert.equal((await runServer(['status'], { cwd: folder })).code, 0);
});

test('a server whose control socket is gone is told by status, and stopped through its PID file', async (t) => {
  const folder = createBackgroundFolder(t);
  const pid = await startInBackground(t, folder);
  rmSync(join(folder, 'data', 'run', 'control.sock'));
  const status = await runServer(['status'], { cwd: folder });
  assert.match(status.stderr, new RegExp(`a server runs \\(pid ${pid}, .*\\) but does not answer`));
  assert.equal(status.code, 69);
  const stop = await runServer(['stop'], { cwd: folder });
  assert.deepEqual([stop.stdout, stop.code], [`stopped (pid ${pid})\n`, 0]);
});

test('a server that nothing leads to any more is not taken for none', async (t) => {
  const folder = createBackgroundFolder(t);
  const pid = await startInBackground(t, folder);
  rmSync(join(folder, 'data', 'run', 'control.sock'));
  rmSync(join(folder, 'server.pid'));
  for (const verb of ['status', 'stop']) {
    const { stderr, code } = await runServer([verb], { cwd: folder });
    assert.match(stderr, /a server runs on .*, but neither .*control\.sock nor .*server\.pid leads to it/);
    assert.equal(code, 69);
  }
  process.kill(pid, 'SIGTERM');
  await untilGone(pid, 10_000);
});
