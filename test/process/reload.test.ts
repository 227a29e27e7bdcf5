import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { Daemon } from '../support/daemon.ts';
import { createFrames, openConnection, sendAndClose } from '../support/log-client.ts';
import { readLogLines, readSequences } from '../support/log-lines.ts';
import { untilGone } from '../support/process.ts';

const LOGS_PORT = (port: number) => `[[listeners]]\nname = "logs"\nport = ${port}\ntls = false\n`;

test('a live key is applied in place: the processes and the connections stay', async (t) => {
  const daemon = await Daemon.start(t, '[logs]\nmax_message_bytes = 3000\n');
  const before = (await daemon.status()).processes.map(({ pid }) => pid);
  const socket = await openConnection(await daemon.listener());
  daemon.write('[logs]\nmax_message_bytes = 2000\nmax_file_bytes = 2097152\n[logging]\nlevel = "debug"\n');
  daemon.process.kill('SIGHUP');
  await daemon.waitForLog(/reload \(SIGHUP\): revision 2 is applied/);
  const status = await daemon.status();
  assert.deepEqual(
    status.processes.map(({ pid }) => pid),
    before,
  );
  assert.equal(status.config.revision, 2);
  assert.equal(status.config.loaded_by, 'SIGHUP');
  await sendAndClose(socket, createFrames('a', 10));
  await daemon.stop();
  assert.equal(readSequences(daemon.logFile).length, 10);
});

test('a reload tells each changed key, from what to what, and how', async (t) => {
  const daemon = await Daemon.start(t, '[logs]\nmax_retries = 3\n');
  daemon.write(
    '[logs]\nmax_retries = 4\nfile_name = "other.log"\nbuffer_size = 512\n[daemon]\npid_file = "other.pid"\n',
  );
  const { outcome, changes, revision } = await daemon.control('reload', { dry_run: true });
  assert.deepEqual([outcome, revision], ['planned', 1]);
  assert.deepEqual(
    changes.map(({ key, from, to, how }) => [key, from, to, how]),
    [
      ['logs.file_name', '_main.log', 'other.log', 'store'],
      ['logs.buffer_size', 1024, 512, 'workers'],
      ['logs.max_retries', 3, 4, 'live'],
      ['daemon.pid_file', join(daemon.folder, 'server.pid'), join(daemon.folder, 'other.pid'), 'restart'],
    ],
  );
  const applied = await daemon.control('reload', {});
  assert.deepEqual([applied.outcome, applied.revision, applied.changes], ['applied', 2, changes]);
  assert.deepEqual((await daemon.status()).config.pending_restart, ['daemon.pid_file']);
  assert.equal((await daemon.control('reload', {})).outcome, 'unchanged');
  assert.ok(existsSync(join(daemon.folder, 'server.pid')));
});

test('a bad edit changes nothing and is told with its place', async (t) => {
  const daemon = await Daemon.start(t);
  const before = await daemon.status();
  const text = readFileSync(daemon.configFile, 'utf8');
  for (const bad of ['[logs]\nmax_retries = "three"\n', '[network\n', '[logs]\nunknown = 1\n']) {
    daemon.write(bad);
    await assert.rejects(daemon.control('reload', {}), { code: 'ERR_CONFIG_INVALID' });
    const { config, processes, ready } = await daemon.status();
    assert.equal(ready, true);
    assert.equal(config.revision, 1);
    assert.equal(config.file_differs, true);
    assert.ok(config.refused?.problems.some(({ line }) => line !== undefined));
    assert.deepEqual(
      processes.map(({ pid }) => pid),
      before.processes.map(({ pid }) => pid),
    );
  }
  writeFileSync(daemon.configFile, text);
  assert.equal((await daemon.control('reload', {})).outcome, 'unchanged');
  assert.equal((await daemon.status()).config.refused, null);
});

test('a plan that fails half-way is undone, whatever it fails at', async (t) => {
  const daemon = await Daemon.start(t, '[logs]\nmax_retries = 3\n');
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const address = await daemon.listener();
  const socket = await openConnection(address);
  socket.write(createFrames('a', 10));
  const before = await daemon.status();
  // A name that no file can have: only the store finds out.
  const longName = 'n'.repeat(250);
  for (const [bad, why] of [
    [`[logs]\nmax_retries = 4\n${LOGS_PORT(port)}`, /already in use/],
    [`[logs]\nmax_retries = 4\nfile_name = "${longName}"\nbuffer_size = 512\n`, /ENAMETOOLONG|too long/],
    [`[logs]\nmax_retries = 4\n[logging]\nfile = "/proc/server.log"\n`, /proc/],
  ] as const) {
    daemon.write(bad);
    await assert.rejects(daemon.control('reload', {}), ({ message }: Error) => why.test(message));
    const { config, ready, processes } = await daemon.status();
    assert.deepEqual([config.revision, ready], [1, true], JSON.stringify(config));
    assert.equal(processes.at(-1)?.pid, before.processes.at(-1)?.pid);
  }
  await sendAndClose(socket, createFrames('a', 10, 10));
  assert.deepEqual(await daemon.listener(), address);
  await daemon.stop();
  assert.deepEqual(readSequences(daemon.logFile), [...Array(20).keys()]);
});

test('listeners are added, moved, changed and removed while connections go on', async (t) => {
  const daemon = await Daemon.start(t, LOGS_PORT(0));
  const main = await daemon.listener();
  const { port } = await daemon.listener('logs');
  const socket = await openConnection(main);
  socket.write(createFrames('a', 10));
  daemon.write(`[network]\nport = ${main.port}\nbind_address = "0.0.0.0"\n${LOGS_PORT(0)}`);
  const { changes } = await daemon.control('reload', {});
  assert.deepEqual(
    changes.map(({ key, how }) => [key, how]),
    [
      ['network.bind_address', 'workers'],
      ['network.port', 'workers'],
    ],
  );
  assert.equal((await daemon.listener()).address, '0.0.0.0');
  assert.equal((await daemon.listener('logs')).port, port);
  await sendAndClose(await openConnection(main), createFrames('b', 10));
  daemon.write(`[network]\nport = ${main.port}\nbind_address = "127.0.0.1"\n[http]\nenabled = false\n`);
  await daemon.control('reload', {});
  await assert.rejects(openConnection({ address: '127.0.0.1', port }), { code: 'ECONNREFUSED' });
  await sendAndClose(await openConnection(main), createFrames('c', 10));
  await sendAndClose(socket, createFrames('a', 10, 10));
  await daemon.stop();
  assert.deepEqual(readSequences(daemon.logFile), [...Array(40).keys()]);
});

test('a store key is applied by a restart of the store that clients do not notice', async (t) => {
  const daemon = await Daemon.start(t);
  const socket = await openConnection(await daemon.listener());
  socket.write(createFrames('a', 100));
  const store = await daemon.pidOf('store');
  daemon.write('[logs]\nfile_name = "other.log"\n');
  const reload = daemon.control('reload', {});
  for (let from = 100; from < 1000; from += 100) socket.write(createFrames('a', 100, from));
  await reload;
  assert.notEqual(await daemon.pidOf('store'), store);
  await sendAndClose(socket, createFrames('a', 100, 1000));
  await daemon.stop();
  const lines = [
    ...readLogLines(daemon.logFile),
    ...readLogLines(join(daemon.folder, 'data', 'logs', 'other.log')),
  ];
  assert.deepEqual(
    lines.map((line) => Number(/a (\d+)$/.exec(line)?.[1])),
    [...Array(1100).keys()],
  );
  assert.deepEqual(
    lines.map((line) => Number.parseInt(line, 10)),
    [...Array(1100).keys()],
  );
});

test('a handover closes log connections at the end of a frame, and the old workers end', async (t) => {
  const daemon = await Daemon.start(t, '[daemon]\nshutdown_timeout_secs = 2\n');
  const address = await daemon.listener();
  const old = await daemon.pidOf('worker');
  const sockets = await Promise.all(
    Array.from({ length: 8 }, () => openConnection(address, { allowHalfOpen: true })),
  );
  // The server closes its side first; what comes then is read, too.
  const ended = sockets.map(async (socket, i) => {
    socket.write(createFrames(`c${i}`, 10));
    await once(socket, 'end');
    await sendAndClose(socket, createFrames(`c${i}`, 10, 10));
  });
  daemon.process.kill('SIGUSR2');
  await daemon.waitForLog(/handover \(SIGUSR2\): new workers serve/);
  assert.notEqual(await daemon.pidOf('worker', old), old);
  await Promise.all(ended);
  await untilGone(old, 5000);
  await daemon.stop();
  assert.equal(readSequences(daemon.logFile).length, 160);
});

test('a handover closes connections that stay one after the other, not all at once', async (t) => {
  const daemon = await Daemon.start(t, '[daemon]\nshutdown_timeout_secs = 4\n');
  const address = await daemon.listener();
  const sockets = await Promise.all(Array.from({ length: 6 }, () => openConnection(address)));
  for (const socket of sockets) socket.write(createFrames('a', 1));
  const ends = sockets.map((socket) => once(socket, 'end').then(() => performance.now()));
  await daemon.control('restart', { scope: 'workers' });
  const times = (await Promise.all(ends)).toSorted((a, b) => a - b);
  // They are spread over 1.5 s; only a stall could bring them together.
  assert.ok((times.at(-1) as number) - (times[0] as number) > 500);
});

test('an HTTP client that keeps its connection is told with its next answer', async (t) => {
  const daemon = await Daemon.start(t, '[daemon]\nshutdown_timeout_secs = 60\n');
  const socket = await openConnection(await daemon.listener());
  socket.pause();
  const request = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';
  socket.write(request);
  const [first] = await once(socket.resume(), 'data');
  assert.doesNotMatch(String(first), /connection: close/i);
  await daemon.control('restart', { scope: 'workers' });
  const drained = (async () => {
    for (;;) {
      const { processes } = await daemon.status();
      if (processes.some(({ state }) => state === 'draining')) return;
    }
  })();
  await drained;
  socket.write(request);
  const [second] = await once(socket, 'data');
  assert.match(String(second), /^HTTP\/1.1 200.*connection: close/is);
  await once(socket, 'close');
});

test('a trial goes back by itself unless it is confirmed', async (t) => {
  const daemon = await Daemon.start(t, '[logs]\nmax_retries = 3\n');
  daemon.write('[logs]\nmax_retries = 4\n');
  const trial = await daemon.control('reload', { confirm_secs: 1 });
  assert.equal(trial.revision, 2);
  assert.ok(trial.confirm_until);
  await daemon.waitForLog(/not confirmed in time.*revision 3 is applied/);
  const { config } = await daemon.status();
  assert.deepEqual([config.file_differs, config.confirm_until], [true, null]);
  const { changes } = await daemon.control('diff', {});
  assert.deepEqual(
    changes.map(({ key, from, to }) => [key, from, to]),
    [['logs.max_retries', 3, 4]],
  );
  const second = await daemon.control('reload', { confirm_secs: 60 });
  assert.equal(second.outcome, 'applied');
  assert.deepEqual(await daemon.control('confirm', {}), { revision: 4 });
  assert.equal((await daemon.status()).config.confirm_until, null);
  await assert.rejects(daemon.control('confirm', {}), /nothing waits/);
});

test('an earlier revision is applied again, also after a restart', async (t) => {
  const daemon = await Daemon.start(t, '[logs]\nmax_retries = 3\n');
  for (const retries of [4, 5]) {
    daemon.write(`[logs]\nmax_retries = ${retries}\n`);
    await daemon.control('reload', {});
  }
  await daemon.stop();
  const again = await Daemon.start(t, '[logs]\nmax_retries = 5\n', { folder: daemon.folder });
  const { revisions } = await again.control('history', {});
  assert.deepEqual(revisions.map(({ revision, is_running }) => [revision, is_running]).toSorted(), [
    [1, false],
    [2, false],
    [3, true],
  ]);
  const { changes } = await again.control('diff', { from: 1, to: 2 });
  assert.deepEqual(
    changes.map(({ key, from, to }) => [key, from, to]),
    [['logs.max_retries', 3, 4]],
  );
  const result = await again.control('rollback', { revision: 1 });
  assert.deepEqual([result.outcome, result.revision], ['applied', 4]);
  assert.match((await again.status()).config.loaded_by, /rollback to 1/);
  await assert.rejects(again.control('rollback', { revision: 77 }), { code: 'ERR_REVISION_UNKNOWN' });
});

test('a configuration under which a process crashes again and again is taken back once', async (t) => {
  const limits = '[daemon]\nrestart_cooldown_secs = 4\nmax_restarts = 1\n[logging]\nlevel = "debug"\n';
  const daemon = await Daemon.start(t, limits);
  await daemon.waitForLog(/revision 1 has proved itself/);
  daemon.write(`${limits}[logs]\nbuffer_size = 512\n`);
  await daemon.control('reload', {});
  const from = daemon.log.length;
  let pid = await daemon.pidOf('worker');
  process.kill(pid, 'SIGKILL');
  pid = await daemon.pidOf('worker', pid);
  process.kill(pid, 'SIGKILL');
  await daemon.waitForLog(/going back to revision 1/, from);
  await daemon.waitForLog(/revision 3 is applied/, from);
  const status = await daemon.status();
  assert.equal(status.ready, true);
  assert.equal(status.config.file_differs, true);
  await sendAndClose(await openConnection(await daemon.listener()), createFrames('a', 10));
});

test('an edit is applied without a word, and touching the file does nothing', async (t) => {
  const daemon = await Daemon.start(t, '[daemon]\nwatch_config = true\n[logs]\nmax_retries = 3\n');
  const text = readFileSync(daemon.configFile, 'utf8');
  writeFileSync(daemon.configFile, text.replace('max_retries = 3', 'max_retries = 4'));
  await daemon.waitForLog(/reload \(config.toml changed\): revision 2 is applied/);
  const other = join(daemon.folder, 'other.toml');
  writeFileSync(other, text.replace('max_retries = 3', 'max_retries = 5'));
  renameSync(other, daemon.configFile);
  await daemon.waitForLog(/reload \(config.toml changed\): revision 3 is applied/);
  assert.equal(daemon.log.filter(({ message }) => /^reload/.test(String(message))).length, 2);
});

test('SIGHUPs in a burst end with the last configuration', async (t) => {
  const daemon = await Daemon.start(t);
  for (let i = 1; i <= 200; i += 1) {
    daemon.write(`[logs]\nmax_retries = ${i % 90}\nretry_delay_ms = ${100 + i}\n`);
    daemon.process.kill('SIGHUP');
  }
  await daemon.control('reload', {});
  assert.deepEqual((await daemon.control('diff', {})).changes, []);
  const { config } = await daemon.status();
  assert.equal(config.file_differs, false);
});

test('a restart keeps the process, the numbers and the data', async (t) => {
  const daemon = await Daemon.start(t, '[daemon]\npid_file = "one.pid"\n');
  await sendAndClose(await openConnection(await daemon.listener()), createFrames('a', 10));
  daemon.write('[daemon]\npid_file = "two.pid"\n');
  await daemon.control('reload', {});
  const from = daemon.log.length;
  await daemon.control('restart', { scope: 'daemon' });
  await daemon.waitForLog(/all server components started/, from);
  const { pid, config } = await daemon.status();
  assert.deepEqual([pid, config.pending_restart], [daemon.process.pid, []]);
  assert.ok(existsSync(join(daemon.folder, 'two.pid')) && !existsSync(join(daemon.folder, 'one.pid')));
  await sendAndClose(await openConnection(await daemon.listener()), createFrames('a', 10, 10));
  assert.equal(await daemon.stop(), 0);
  assert.deepEqual(readSequences(daemon.logFile), [...Array(20).keys()]);
});

test('a server that ends during a trial starts with the configuration before it', async (t) => {
  const daemon = await Daemon.start(t, '[logs]\nmax_retries = 3\n');
  daemon.write('[logs]\nmax_retries = 4\n');
  await daemon.control('reload', { confirm_secs: 600 });
  await daemon.stop('SIGKILL');
  const again = await Daemon.start(t, '[logs]\nmax_retries = 4\n', { folder: daemon.folder });
  assert.ok(await again.waitForLog(/starting with revision 1, not with the file/));
  const { changes } = await again.control('diff', {});
  assert.deepEqual(
    changes.map(({ key, from, to }) => [key, from, to]),
    [['logs.max_retries', 3, 4]],
  );
  await again.control('reload', {});
  await again.stop();
  const third = await Daemon.start(t, '[logs]\nmax_retries = 4\n', { folder: daemon.folder });
  assert.deepEqual((await third.control('diff', {})).changes, []);
});

test('new certificate files do not bring back what was rolled back', async (t) => {
  const daemon = await Daemon.start(t, '[logs]\nmax_retries = 3\n');
  daemon.write('[logs]\nmax_retries = 4\n[tls]\nenabled = true\nauto_generate = true\n');
  await daemon.control('reload', {});
  const certs = join(daemon.folder, 'own');
  const generate = () => daemon.run('generate-cert', '--dir', certs, '--name', 'localhost', '--force');
  assert.equal((await generate()).code, 0);
  const rest = `[daemon]\nwatch_config = true\n[tls]\nenabled = true\ncert_file = "${certs}/server.crt"\nkey_file = "${certs}/server.key"\n`;
  daemon.write(`${rest}[logs]\nmax_retries = 5\n`);
  await daemon.control('reload', {});
  daemon.write(`${rest}[logs]\nmax_retries = 6\n`);
  await daemon.waitForLog(/config.toml changed\): revision 4 is applied/);
  await daemon.control('rollback', { revision: 3 });
  assert.equal((await generate()).code, 0);
  await daemon.waitForLog(/server.*changed\): revision 6 is applied/);
  const { changes } = await daemon.control('diff', {});
  assert.deepEqual(
    changes.map(({ key, from, to }) => [key, from, to]),
    [['logs.max_retries', 5, 6]],
  );
});

test('two workers that crash under a new configuration are one reason to go back, not two', async (t) => {
  const limits =
    '[daemon]\nworkers = 2\nrestart_cooldown_secs = 2\nmax_restarts = 0\n[logging]\nlevel = "debug"\n';
  const daemon = await Daemon.start(t, limits);
  await daemon.waitForLog(/revision 1 has proved itself/);
  daemon.write(`${limits}[logs]\nbuffer_size = 512\n`);
  await daemon.control('reload', {});
  const { processes } = await daemon.status();
  const workers = processes.filter(({ role, state }) => role === 'worker' && state === 'ready');
  for (const { pid } of workers) process.kill(pid as number, 'SIGKILL');
  await daemon.waitForLog(/revision 3 is applied/);
  assert.equal((await daemon.status()).ready, true);
});

test('a control socket that somebody removed is there again', async (t) => {
  const daemon = await Daemon.start(t);
  rmSync(join(daemon.folder, 'data', 'run', 'control.sock'));
  rmSync(join(daemon.folder, 'data', 'run', 'link.sock'));
  await daemon.waitForLog(/somebody removed the control socket; made it anew/);
  await daemon.waitForLog(/somebody removed the socket for the workers; made it anew/);
  await daemon.control('restart', { scope: 'workers' });
  assert.equal((await daemon.status()).ready, true);
});
