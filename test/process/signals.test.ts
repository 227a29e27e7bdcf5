import assert from 'node:assert/strict';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Daemon } from '../support/daemon.ts';
import { createFrames, openConnection, sendAndClose } from '../support/log-client.ts';
import { readSequences } from '../support/log-lines.ts';

test('a second SIGINT ends at once a stop that waits for a client', async (t) => {
  const daemon = await Daemon.start(t);
  const socket = await openConnection(await daemon.listener(), { allowHalfOpen: true });
  // A client that goes on: the first SIGINT reads it for as long as it may.
  const frames = createFrames('a', 10);
  const sending = setInterval(() => socket.write(frames), 50);
  t.after(() => clearInterval(sending));
  socket.write(frames);
  daemon.process.kill('SIGINT');
  await daemon.waitForLog(/stopping \(SIGINT\)/);
  daemon.process.kill('SIGINT');
  assert.equal(await daemon.exited, 0);
});

test('a graceful stop cuts off what does not end in time, and says what', async (t) => {
  const daemon = await Daemon.start(t, '[daemon]\nshutdown_timeout_secs = 1\n');
  const socket = await openConnection(await daemon.listener(), { allowHalfOpen: true });
  const sending = setInterval(() => socket.write(createFrames('a', 1)), 20);
  t.after(() => clearInterval(sending));
  socket.write(createFrames('a', 1));
  assert.equal(await daemon.stop('SIGTERM'), 0);
  const told = await daemon.waitForLog(/cut off connections that did not end within the time for the drain/);
  assert.equal(told.connections, 1);
  const sequences = readSequences(daemon.logFile);
  assert.deepEqual(sequences, [...sequences.keys()]);
});

test('SIGUSR1 goes on in new files after the old ones were renamed', async (t) => {
  const daemon = await Daemon.start(t, '[logging]\nfile = "own.log"\n');
  const own = join(daemon.folder, 'own.log');
  await sendAndClose(await openConnection(await daemon.listener()), createFrames('a', 10));
  // A connection that has ended may still have lines on their way to the store.
  while ((await daemon.status()).records.stored < 10);
  renameSync(own, `${own}.old`);
  renameSync(daemon.logFile, `${daemon.logFile}.old`);
  daemon.process.kill('SIGUSR1');
  await daemon.waitForLog(/opened the log files anew/);
  assert.ok(existsSync(own));
  await sendAndClose(await openConnection(await daemon.listener()), createFrames('a', 10, 10));
  await daemon.stop();
  assert.equal(readSequences(`${daemon.logFile}.old`).length, 10);
  assert.deepEqual(
    readSequences(daemon.logFile),
    Array.from({ length: 10 }, (_, i) => i + 10),
  );
});

for (const role of ['worker', 'store'] as const) {
  test(`the ${role} obeys its supervisor, not stray signals`, async (t) => {
    const daemon = await Daemon.start(t);
    const socket = await openConnection(await daemon.listener());
    const pid = await daemon.pidOf(role);
    for (const signal of [
      'SIGHUP',
      'SIGINT',
      'SIGTERM',
      'SIGQUIT',
      'SIGUSR1',
      'SIGUSR2',
      'SIGPIPE',
    ] as const) {
      process.kill(pid, signal);
      socket.write(createFrames('a', 1));
    }
    await sendAndClose(socket, createFrames('a', 3));
    assert.equal(await daemon.pidOf(role), pid);
    await daemon.stop();
    assert.equal(readSequences(daemon.logFile).length, 10);
  });
}

test('a SIGPIPE and a closed console end nothing', async (t) => {
  const daemon = await Daemon.start(t, '[logging]\nfile = "own.log"\n');
  daemon.process.stdout?.destroy();
  daemon.process.stderr?.destroy();
  daemon.process.kill('SIGPIPE');
  daemon.process.kill('SIGHUP');
  await daemon.control('restart', { scope: 'workers' });
  assert.equal((await daemon.status()).ready, true);
  assert.equal(await daemon.stop(), 0);
});

test('a SIGHUP during the start is answered by a reload after it', async (t) => {
  const daemon = await Daemon.start(t, '', { until: /starting log server/ });
  daemon.write('[logs]\nmax_retries = 9\n');
  daemon.process.kill('SIGHUP');
  await daemon.waitForLog(/reload \(SIGHUP\)/);
  assert.deepEqual((await daemon.control('diff', {})).changes, []);
});
