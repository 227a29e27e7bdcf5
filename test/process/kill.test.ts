import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Daemon } from '../support/daemon.ts';
import { createFrames, openConnection, readNumbersByName } from '../support/log-client.ts';
import { readLogLines, readSequences } from '../support/log-lines.ts';

const LIMITS =
  '[daemon]\nmax_restarts = 100\nrestart_cooldown_secs = 1\n[logs]\nmax_file_bytes = 100000\nbackup_count = 900\n';

test('killing worker and store in turn under load costs no connection attempt, no number and no order', async (t) => {
  const daemon = await Daemon.start(t, LIMITS);
  const address = await daemon.listener();
  const done = new AbortController();
  let connected = 0;
  let refused = 0;
  const client = async (name: string) => {
    let next = 0;
    while (!done.signal.aborted) {
      const socket = await openConnection(address).catch(() => undefined);
      if (socket === undefined) {
        refused += 1;
        continue;
      }
      connected += 1;
      while (!done.signal.aborted && socket.writable) {
        const isRoom = socket.write(createFrames(name, 20, next));
        next += 20;
        if (isRoom) await nextTurn();
        else await new Promise<void>((resolve) => socket.once('drain', resolve).once('close', resolve));
      }
      socket.end();
    }
  };
  const clients = Array.from({ length: 4 }, (_, i) => client(`client${i}`));
  for (let round = 0; round < 5; round += 1) {
    for (const role of ['worker', 'store'] as const) {
      const pid = await daemon.pidOf(role);
      process.kill(pid, 'SIGKILL');
      await daemon.pidOf(role, pid);
    }
  }
  done.abort();
  await Promise.all(clients);
  assert.equal(await daemon.stop(), 0);
  assert.equal(refused, 0);
  assert.ok(connected > 4);
  const sequences = readSequences(daemon.logFile);
  const wrong = sequences.findIndex((sequence, i) => sequence !== i);
  assert.equal(
    wrong,
    -1,
    `line ${wrong} has number ${sequences[wrong]}: ${JSON.stringify(daemon.log, null, 1)}`,
  );
  for (const [name, numbers] of readNumbersByName(readLogLines(daemon.logFile))) {
    for (let i = 1; i < numbers.length; i += 1) {
      assert.ok(
        (numbers[i] as number) > (numbers[i - 1] as number),
        `${name}: ${numbers[i - 1]} then ${numbers[i]}`,
      );
    }
  }
});

test('killing only the store loses nothing at all', async (t) => {
  const daemon = await Daemon.start(t, LIMITS);
  const socket = await openConnection(await daemon.listener());
  let sent = 0;
  for (let round = 0; round < 5; round += 1) {
    const pid = await daemon.pidOf('store');
    for (let i = 0; i < 20; i += 1) {
      socket.write(createFrames('only', 100, sent));
      sent += 100;
    }
    process.kill(pid, 'SIGKILL');
    await daemon.pidOf('store', pid);
  }
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.end();
  await closed;
  await daemon.stop();
  const numbers = readNumbersByName(readLogLines(daemon.logFile)).get('only');
  assert.deepEqual(
    numbers,
    Array.from({ length: sent }, (_, i) => i),
  );
});

test('too many crashes in a row end the server with exit code 70', async (t) => {
  const daemon = await Daemon.start(t, '[daemon]\nmax_restarts = 2\n');
  for (let crash = 0; crash < 3; crash += 1) {
    const from = daemon.log.length;
    process.kill(await daemon.pidOf('worker'), 'SIGKILL');
    await daemon.waitForLog(/the worker crashed/, from);
    if (crash < 2) await daemon.waitForLog(/the worker is ready/, from);
  }
  assert.equal(await daemon.exited, 70);
  assert.ok(daemon.log.some(({ message }) => /gave up: 3 crashes in a row/.test(String(message))));
});
