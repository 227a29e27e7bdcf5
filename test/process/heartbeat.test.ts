import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Daemon } from '../support/daemon.ts';
import { createFrames, openConnection, sendAndClose } from '../support/log-client.ts';
import { readSequences } from '../support/log-lines.ts';

for (const role of ['worker', 'store'] as const) {
  test(`a ${role} that hangs is killed and counts as crashed`, async (t) => {
    const daemon = await Daemon.start(t);
    const address = await daemon.listener();
    const pid = await daemon.pidOf(role);
    const from = daemon.log.length;
    process.kill(pid, 'SIGSTOP');
    // The kernel takes the connection; whoever comes after the hanging process serves it.
    const socket = await openConnection(address);
    await daemon.waitForLog(new RegExp(`the ${role} has not answered for 10 s; killed it`), from);
    await daemon.waitForLog(
      new RegExp(`the ${role} crashed \\(killed by SIGKILL\\); restarting it now`),
      from,
    );
    assert.notEqual(await daemon.pidOf(role, pid), pid);
    if (role === 'store') await sendAndClose(socket, createFrames('a', 10));
    else {
      // It may have been handed to the one that hung.
      socket.destroy();
      await sendAndClose(await openConnection(address), createFrames('a', 10));
    }
    const { processes } = await daemon.status();
    const place = processes.find((each) => each.role === role);
    assert.deepEqual([place?.restarts, place?.last_exit], [1, 'killed by SIGKILL']);
    await daemon.stop();
    assert.equal(readSequences(daemon.logFile).length, 10);
  });
}

test('clients are served while the supervisor hangs, and it takes everything up again after it', async (t) => {
  const daemon = await Daemon.start(t);
  const address = await daemon.listener();
  const before = await daemon.status();
  daemon.process.kill('SIGSTOP');
  await sendAndClose(await openConnection(address), createFrames('a', 10));
  daemon.process.kill('SIGCONT');
  const after = await daemon.status();
  assert.deepEqual(
    after.processes.map(({ pid }) => pid),
    before.processes.map(({ pid }) => pid),
  );
});

test('the last words of a process that crashed are in the log and in the status', async (t) => {
  const crash = 'process.on("SIGURG", () => { throw new Error("an invariant of the test is broken"); })';
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}` };
  const daemon = await Daemon.start(t, '', { env });
  const pid = await daemon.pidOf('store');
  const from = daemon.log.length;
  process.kill(pid, 'SIGURG');
  const line = await daemon.waitForLog(/the store crashed \(exit code 1\)/, from);
  assert.match(String(line.last_words), /an invariant of the test is broken/);
  await daemon.pidOf('store', pid);
  const store = (await daemon.status()).processes.find(({ role }) => role === 'store');
  assert.match(String(store?.last_words), /an invariant of the test is broken/);
});
