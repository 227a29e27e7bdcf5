import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Daemon } from '../support/daemon.ts';
import { createFolder } from '../support/folder.ts';
import { createFrames, openConnection, sendAndClose } from '../support/log-client.ts';
import { readLogLines, readSequences } from '../support/log-lines.ts';
import { untilGone } from '../support/process.ts';

test('a server starts, tells its state, takes messages and stops on SIGTERM without losing one', async (t) => {
  const daemon = await Daemon.start(t);
  const status = await daemon.status();
  assert.equal(status.ready, true);
  assert.deepEqual(
    status.processes.map(({ role, state }) => [role, state]),
    [
      ['supervisor', 'running'],
      ['store', 'ready'],
      ['worker', 'ready'],
    ],
  );
  assert.equal(Number(readFileSync(join(daemon.folder, 'server.pid'), 'utf8')), daemon.process.pid);
  const socket = await openConnection(await daemon.listener());
  socket.write(createFrames('one', 1000));
  await sendAndClose(socket, createFrames('one', 1000, 1000));
  assert.equal(await daemon.stop(), 0);
  const lines = readLogLines(daemon.logFile);
  assert.equal(lines.length, 2000);
  lines.forEach((line, i) => {
    assert.match(line, new RegExp(`^ *${i} .* one ${i}$`));
  });
  assert.ok(!existsSync(join(daemon.folder, 'server.pid')));
});

test('what clients have sent before a SIGTERM is in the file, though their connections are still open', async (t) => {
  const daemon = await Daemon.start(t);
  const address = await daemon.listener();
  const sockets = await Promise.all(Array.from({ length: 10 }, () => openConnection(address)));
  await Promise.all(
    sockets.map(
      (socket, i) => new Promise<void>((sent) => socket.write(createFrames(`c${i}`, 500), () => sent())),
    ),
  );
  assert.equal(await daemon.stop(), 0);
  assert.equal(readSequences(daemon.logFile).length, 5000);
});

for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
  test(`${signal} ends the server with exit code 0 and keeps the numbers`, async (t) => {
    const folder = createFolder(t);
    const first = await Daemon.start(t, '', { folder });
    await sendAndClose(await openConnection(await first.listener()), createFrames('a', 10));
    await first.pidOf('store');
    assert.equal(await first.stop(signal), 0);
    const second = await Daemon.start(t, '', { folder });
    await sendAndClose(await openConnection(await second.listener()), createFrames('b', 10));
    await second.stop();
    const sequences = readSequences(second.logFile);
    assert.deepEqual(sequences, [...sequences.keys()]);
  });
}

test('a supervisor that is killed leaves nobody behind, and a new start works at once', async (t) => {
  const folder = createFolder(t);
  const first = await Daemon.start(t, '', { folder });
  const pids = (await first.status()).processes.map(({ pid }) => pid as number);
  await sendAndClose(await openConnection(await first.listener()), createFrames('a', 10));
  await first.stop('SIGKILL');
  const second = await Daemon.start(t, '', { folder });
  await Promise.all(pids.map((pid) => untilGone(pid, 2000)));
  await sendAndClose(await openConnection(await second.listener()), createFrames('b', 10));
  await second.stop();
  const sequences = readSequences(second.logFile);
  assert.deepEqual(sequences, [...sequences.keys()]);
  assert.ok(sequences.length >= 10);
});

for (const until of [/starting log server/, /the store is ready/]) {
  test(`a SIGTERM after "${until.source}" ends a server that is still starting`, async (t) => {
    const daemon = await Daemon.start(t, '', { until });
    assert.equal(await daemon.stop(), 0);
    assert.ok(!existsSync(join(daemon.folder, 'server.pid')));
    assert.ok(!existsSync(join(daemon.folder, 'data/run/control.sock')));
    const again = await Daemon.start(t, '', { folder: daemon.folder });
    assert.equal(await again.stop(), 0);
  });
}

test('a SIGQUIT overtakes a graceful stop and counts as no crash', async (t) => {
  const daemon = await Daemon.start(t, '[daemon]\nauto_restart = false\n');
  const address = await daemon.listener();
  const sockets = await Promise.all([1, 2, 3].map(() => openConnection(address)));
  for (const socket of sockets) socket.write(createFrames('a', 1));
  daemon.process.kill('SIGTERM');
  await daemon.waitForLog(/stopping/);
  assert.equal(await daemon.stop('SIGQUIT'), 0);
  assert.deepEqual(
    daemon.log.filter(({ level }) => level === 'ERROR' || level === 'FATAL'),
    [],
  );
});

test('a worker that is starting when its supervisor is killed ends too, and frees the port', async (t) => {
  const daemon = await Daemon.start(t);
  const { port } = await daemon.listener();
  const store = await daemon.pidOf('store');
  const worker = await daemon.pidOf('worker');
  // The second crash of each is answered with a wait, so that the worker comes back to no store.
  process.kill(store, 'SIGKILL');
  const second = await daemon.pidOf('store', store);
  const from = daemon.log.length;
  process.kill(second, 'SIGKILL');
  process.kill(worker, 'SIGKILL');
  await daemon.waitForLog(/the worker crashed/, from);
  await daemon.stop('SIGKILL');
  const next = await Daemon.start(t, `[network]\nport = ${port}\n`, { folder: daemon.folder });
  assert.equal((await next.status()).ready, true);
});

test('a second server that reaches the same data by another path is refused', async (t) => {
  const first = await Daemon.start(t);
  const link = join(createFolder(t), 'link');
  symlinkSync(join(first.folder, 'data'), link);
  const { code, stderr } = await first.run('run', '--data-dir', link, '--pid-file', `${link}.pid`);
  assert.equal(code, 75);
  assert.match(stderr, /another server runs on/);
});

test('a second server on the same data says so and leaves the first one alone', async (t) => {
  const first = await Daemon.start(t);
  const { code, stderr } = await first.run('run');
  assert.notEqual(code, 0);
  assert.match(stderr, /another server runs on/);
  assert.equal((await first.status()).ready, true);
});

test('a port that is taken is named together with what to do', async (t) => {
  const first = await Daemon.start(t);
  const { port } = await first.listener();
  const other = createFolder(t);
  const { code, stderr } = await first.run(
    'run',
    '--port',
    String(port),
    '--data-dir',
    other,
    '--pid-file',
    `${other}/pid`,
  );
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`cannot listen on 127.0.0.1:${port} .*already in use`));
});

test('secrets and sockets are for the owner only', async (t) => {
  const daemon = await Daemon.start(t, '[tls]\nenabled = true\nauto_generate = true\n');
  const mode = (path: string) => statSync(join(daemon.folder, 'data', path)).mode & 0o777;
  assert.equal(mode('run'), 0o700);
  assert.equal(mode('run/control.sock'), 0o600);
  assert.equal(mode('run/link.sock'), 0o600);
  assert.equal(mode('certs/server.key'), 0o600);
  assert.equal(mode('certs/ca.key'), 0o600);
});
