import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Daemon, ENTRY, type Run, runServer } from '../support/daemon.ts';
import { createFolder } from '../support/folder.ts';
import { createFrames, openConnection, sendAndClose } from '../support/log-client.ts';
import { readSequences } from '../support/log-lines.ts';
import { findProcesses, readIds } from '../support/processes.ts';
import { NOBODY, skipWithoutRoot as skip } from '../support/root.ts';

/** The user and the group `daemon` are 1 on every Linux. */
const DAEMON = 1;
const AS_DAEMON = '[daemon]\nuser = "daemon"\n';

/** One that others than root can enter. */
function createOpenFolder(t: TestContext): string {
  const folder = createFolder(t);
  chmodSync(folder, 0o755);
  return folder;
}

function describe(path: string): string {
  const { uid, gid, mode } = statSync(path);
  return `${uid}:${gid} ${(mode & 0o7777).toString(8)}`;
}

function runAs(uid: number, folder: string, ...args: string[]): Promise<Run> {
  const options = { cwd: folder, uid, gid: uid, env: { PATH: process.env.PATH } };
  return new Promise((resolve) => {
    execFile(process.execPath, [ENTRY, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code as unknown as number) : 0, stdout, stderr }),
    );
  });
}

test('workers and store run as daemon.user for good, the supervisor stays root', { skip }, async (t) => {
  const toml = `${AS_DAEMON}[logging]\nfile = "log/server.log"\n[tls]\nenabled = true\nauto_generate = true\n[[listeners]]\nname = "logs"\nport = 0\ntls = false\n`;
  const daemon = await Daemon.start(t, toml, { folder: createOpenFolder(t) });
  const supervisor = daemon.process.pid as number;
  assert.deepEqual(readIds(supervisor, 'Uid'), [0, 0, 0, 0]);
  const children = findProcesses(({ parent }) => parent === supervisor);
  assert.equal(children.length, 2);
  for (const { pid, commandLine } of children) {
    assert.deepEqual(readIds(pid, 'Uid'), Array(4).fill(DAEMON), commandLine);
    assert.deepEqual(readIds(pid, 'Gid'), Array(4).fill(DAEMON));
    assert.deepEqual(readIds(pid, 'Groups'), [DAEMON]);
    assert.match(readFileSync(`/proc/${pid}/status`, 'utf8'), /^CapEff:\s*0+$/m);
  }
  await sendAndClose(await openConnection(await daemon.listener('logs')), createFrames('a', 10));
  const found = Object.fromEntries(
    [
      'server.pid',
      'log',
      'log/server.log',
      'data',
      'data/logs',
      'data/logs.ledger',
      'data/certs',
      'data/certs/server.key',
      'data/run',
      'data/run/control.sock',
      'data/run/link.sock',
    ].map((path) => [path, describe(join(daemon.folder, path))]),
  );
  assert.deepEqual(found, {
    'server.pid': '0:0 644',
    log: '0:1 2750',
    'log/server.log': '0:1 640',
    data: '0:1 3770',
    'data/logs': '1:1 2750',
    'data/logs.ledger': '1:1 640',
    'data/certs': '0:1 2700',
    'data/certs/server.key': '0:1 600',
    'data/run': '1:1 700',
    'data/run/control.sock': '1:1 600',
    'data/run/link.sock': '1:1 600',
  });
  assert.equal(await daemon.stop(), 0);
  assert.equal(readSequences(daemon.logFile).length, 10);
  assert.equal(daemon.log.filter(({ level }) => level !== 'INFO').length, 0, JSON.stringify(daemon.log));
});

test('the user can ask the server, root can, another user cannot', { skip }, async (t) => {
  const daemon = await Daemon.start(t, AS_DAEMON, { folder: createOpenFolder(t) });
  assert.equal((await daemon.run('status')).code, 0);
  const own = await runAs(DAEMON, daemon.folder, 'status');
  assert.equal(own.code, 0, own.stderr);
  const other = await runAs(NOBODY, daemon.folder, 'status');
  assert.equal(other.code, 77, other.stdout);
  assert.match(other.stderr, /no permission/);
  const stop = await runAs(DAEMON, daemon.folder, 'stop');
  assert.equal(stop.code, 0, stop.stderr);
  assert.equal(await daemon.exited, 0);
});

test('a second start finds its own files, and a crashed child comes back as the user', {
  skip,
}, async (t) => {
  const folder = createOpenFolder(t);
  const first = await Daemon.start(t, AS_DAEMON, { folder });
  await sendAndClose(await openConnection(await first.listener()), createFrames('a', 5));
  assert.equal(await first.stop(), 0);
  const second = await Daemon.start(t, AS_DAEMON, { folder });
  const store = await second.pidOf('store');
  process.kill(store, 'SIGKILL');
  const next = await second.pidOf('store', store);
  assert.deepEqual(readIds(next, 'Uid'), Array(4).fill(DAEMON));
  await sendAndClose(await openConnection(await second.listener()), createFrames('b', 5));
  assert.equal(await second.stop(), 0);
  assert.deepEqual(readSequences(second.logFile), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('what belongs to somebody else is not given away; it is told what to do', { skip }, async (t) => {
  const folder = createOpenFolder(t);
  const foreign = join(folder, 'data');
  mkdirSync(foreign, { mode: 0o755 });
  writeFileSync(join(foreign, 'precious'), 'x');
  writeFileSync(join(folder, 'config.toml'), `[network]\nport = 0\n[tls]\nenabled = false\n${AS_DAEMON}`);
  const { stderr, code } = await runServer(['run', '--set', 'logging.console=off'], { cwd: folder });
  assert.match(
    stderr,
    /cannot write in .*data as user 1: EACCES.*; chown -R 1 .*data, or see storage\.data_dir/,
  );
  assert.equal(code, 73);
  assert.equal(describe(foreign), '0:0 755');
  assert.deepEqual(readdirSync(foreign), ['precious']);
});

test('keys are kept in no directory that another user has made', { skip }, async (t) => {
  const folder = createOpenFolder(t);
  mkdirSync(join(folder, 'data'));
  mkdirSync(join(folder, 'data', 'certs'));
  for (const path of ['data', 'data/certs']) chownSync(join(folder, path), DAEMON, DAEMON);
  writeFileSync(
    join(folder, 'config.toml'),
    `[network]\nport = 0\n[tls]\nauto_generate = true\n${AS_DAEMON}`,
  );
  const { stderr, code } = await runServer(['run', '--set', 'logging.console=off'], { cwd: folder });
  assert.match(stderr, /certs has to be a directory that only root can write.*; chown -R root/);
  assert.equal(code, 73);
});

test('a log file that the user can replace is warned of', { skip }, async (t) => {
  const folder = createOpenFolder(t);
  mkdirSync(join(folder, 'log'));
  chownSync(join(folder, 'log'), DAEMON, DAEMON);
  const daemon = await Daemon.start(t, `${AS_DAEMON}[logging]\nfile = "log/server.log"\n`, { folder });
  assert.ok(
    daemon.log.some(({ message }) => /user 1 can put another file in the place of/.test(String(message))),
  );
});

test('started as root without a user, it says so once', { skip }, async (t) => {
  const daemon = await Daemon.start(t);
  const warnings = daemon.log.filter(({ level }) => level === 'WARN');
  assert.equal(warnings.length, 1);
  assert.match(String(warnings[0]?.message), /run as root; set daemon\.user/);
});

test('only root can start it as another user; the same user is fine', { skip }, async (t) => {
  const folder = createOpenFolder(t);
  chownSync(folder, NOBODY, NOBODY);
  const base = '[network]\nport = 0\n[tls]\nenabled = false\n[daemon]\nuser =';
  writeFileSync(join(folder, 'config.toml'), `${base} "daemon"\n`);
  const other = await runAs(NOBODY, folder, 'run');
  assert.match(other.stderr, /config\.toml:6:8: daemon\.user: only root can run the server as another user/);
  assert.equal(other.code, 78);
  writeFileSync(join(folder, 'config.toml'), `${base} "nobody"\n`);
  const same = await runAs(NOBODY, folder, 'validate-config');
  assert.equal(same.code, 0, same.stderr);
});

test('a restart under a user who cannot write the data is refused before anything ends', {
  skip,
}, async (t) => {
  const folder = createOpenFolder(t);
  const daemon = await Daemon.start(t, AS_DAEMON, { folder });
  mkdirSync(join(folder, 'other'), { mode: 0o700 });
  daemon.write(`${AS_DAEMON}[storage]\ndata_dir = "other"\n`);
  const { stderr, code } = await daemon.run('restart');
  assert.match(stderr, /config\.toml:\d+:\d+: storage\.data_dir: .*other cannot be written to by "daemon"/);
  assert.match(stderr, /the server runs as before\n$/);
  assert.equal(code, 78);
  assert.equal((await daemon.status()).state, 'running');
});

test('validate-config --as-user asks with the rights of the user', { skip }, async (t) => {
  const folder = createOpenFolder(t);
  const file = join(folder, 'config.toml');
  const run = (...args: string[]) => runServer(['validate-config', ...args], { cwd: folder });
  writeFileSync(file, `[tls]\nenabled = false\n[storage]\ndata_dir = "data"\n${AS_DAEMON}`);
  chmodSync(file, 0o600);
  assert.equal((await run('--as-user')).code, 0);
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  const denied = await run('--as-user');
  assert.match(
    denied.stderr,
    /^config\.toml:4:12: storage\.data_dir: .*data cannot be written to by "daemon"/,
  );
  assert.equal(denied.code, 78);
  assert.match((await run('--as-user=nobody')).stderr, /cannot be written to by "nobody"/);
  assert.equal((await run()).code, 0);
  assert.equal((await run('--as-user=no-such-user')).code, 78);
  chmodSync(file, 0o644);
  const unprivileged = await runAs(DAEMON, folder, 'validate-config', '--as-user=nobody');
  assert.match(unprivileged.stderr, /only root can check as another user/);
  assert.equal(unprivileged.code, 77);
});
