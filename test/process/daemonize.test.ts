import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { createBackgroundFolder, endAfter, startInBackground } from '../support/background.ts';
import { ENTRY, runServer } from '../support/daemon.ts';
import { findProcesses, readProcess } from '../support/processes.ts';

function findServersOf(folder: string) {
  return findProcesses(({ pid, commandLine }) => {
    if (!commandLine.includes('role:daemon')) return false;
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  });
}

test('a start in the background returns when the server serves, which has a session of its own', async (t) => {
  const folder = createBackgroundFolder(t);
  const pid = await startInBackground(t, folder);
  const { stdout } = await runServer(['status', '--json'], { cwd: folder });
  const status = JSON.parse(stdout);
  assert.deepEqual([status.pid, status.state, status.ready], [pid, 'running', true]);
  const facts = readProcess(pid);
  assert.deepEqual([facts?.session, facts?.group, facts?.terminal], [pid, pid, 0]);
  assert.equal(readlinkSync(`/proc/${pid}/fd/0`), '/dev/null');
  for (const fd of [1, 2]) assert.equal(readlinkSync(`/proc/${pid}/fd/${fd}`), join(folder, 'server.log'));
  assert.equal(readFileSync(join(folder, 'server.pid'), 'utf8'), `${pid}\n`);
  assert.equal(statSync(join(folder, 'server.pid')).mode & 0o777, 0o644);
  assert.equal(statSync(join(folder, 'server.log')).mode & 0o777, 0o640);
  const lines = readFileSync(join(folder, 'server.log'), 'utf8').trimEnd().split('\n');
  const messages = lines.map((line) => JSON.parse(line).message);
  assert.equal(messages.filter((each) => /all server components started/.test(each)).length, 1);
  const stopped = await runServer(['stop'], { cwd: folder });
  assert.equal(stopped.stdout, `stopped (pid ${pid})\n`);
  assert.ok(!existsSync(join(folder, 'server.pid')));
});

test('run --daemon and a bare server --daemon do the same', async (t) => {
  for (const args of [['run', '--daemon'], ['--daemon'], ['-d'], ['start', '-d']]) {
    const folder = createBackgroundFolder(t);
    const { stdout, code } = await runServer(args, { cwd: folder });
    assert.equal(code, 0);
    const pid = Number(/^started \(pid (\d+)\)\n$/.exec(stdout)?.[1]);
    endAfter(t, pid);
    assert.equal(readProcess(pid)?.session, pid);
  }
});

test('relative paths of the command line start from the folder of the command', async (t) => {
  const folder = createBackgroundFolder(t, '[daemon]\nworking_dir = "work"\n');
  for (const name of ['work', 'here']) mkdirSync(join(folder, name));
  const args = [
    'start',
    '--daemon',
    '-c',
    '../config.toml',
    '--data-dir',
    'd',
    '--pid-file',
    'p',
    '--log-dir',
    'l',
  ];
  const { stdout, stderr, code } = await runServer(args, { cwd: join(folder, 'here') });
  assert.equal(code, 0, stderr);
  const pid = Number(/pid (\d+)/.exec(stdout)?.[1]);
  endAfter(t, pid);
  assert.equal(readFileSync(join(folder, 'here', 'p'), 'utf8'), `${pid}\n`);
  assert.ok(existsSync(join(folder, 'here', 'd', 'logs')));
  assert.ok(existsSync(join(folder, 'here', 'l', 'server.log')));
  assert.equal(readlinkSync(`/proc/${pid}/cwd`), join(folder, 'work'));
});

test('a working folder that does not exist is an error of the configuration', async (t) => {
  const folder = createBackgroundFolder(t, '[daemon]\nworking_dir = "none"\n');
  const args = ['--data-dir', 'd', '--pid-file', 'p', '--log-dir', 'l'];
  for (const verb of [['run'], ['start', '--daemon']]) {
    const { stderr, code } = await runServer([...verb, ...args], { cwd: folder });
    assert.match(stderr, /daemon\.working_dir: there is no folder .*none to work in; make it: mkdir -p/);
    assert.equal(code, 78);
  }
});

test('without a log file a start in the background is refused, with what to do', async (t) => {
  const folder = createBackgroundFolder(t);
  const { stderr, code } = await runServer(['start', '--daemon', '--set', 'logging.file='], { cwd: folder });
  assert.match(stderr, /needs a file for its log; set logging\.file, or give --log-dir DIR/);
  assert.equal(code, 78);
});

test('mistakes of the configuration are told as run tells them', async (t) => {
  const folder = createBackgroundFolder(t);
  writeFileSync(join(folder, 'config.toml'), '[network]\nport = 70000\nprot = 1\n');
  const foreground = await runServer(['run'], { cwd: folder });
  const background = await runServer(['start', '--daemon'], { cwd: folder });
  assert.match(background.stderr, /config\.toml:2:8: /);
  assert.deepEqual(background, foreground);
});

test('what keeps the server from starting is told as run tells it, and nothing is left', async (t) => {
  const folder = createBackgroundFolder(t);
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const args = ['--set', 'logging.console=off', '--port', String(port)];
  const foreground = await runServer(['run', ...args], { cwd: folder });
  const background = await runServer(['start', '--daemon', ...args], { cwd: folder });
  assert.match(background.stderr, /^server: cannot listen on 127\.0\.0\.1:\d+ .*already in use/);
  assert.deepEqual(background, foreground);
  assert.equal(background.code, 1);
  assert.deepEqual(findServersOf(folder), []);
  assert.ok(!existsSync(join(folder, 'server.pid')));
});

test('a server that dies before it is ready is told with its signal and its last words', async (t) => {
  const folder = createBackgroundFolder(t);
  const preload = join(folder, 'die.cjs');
  writeFileSync(
    preload,
    `if (process.argv.includes('role:daemon')) { console.error('the roof is on fire'); process.kill(process.pid, 'SIGKILL'); }`,
  );
  const env = { NODE_OPTIONS: `--require=${preload}` };
  const { stderr, code } = await runServer(['start', '--daemon'], { cwd: folder, env });
  assert.match(
    stderr,
    /^server: the server ended before it was ready \(killed by SIGKILL\):\nthe roof is on fire\n/,
  );
  assert.equal(code, 128 + 9);
});

test('a server that is not ready in time is ended, with everything that it started', async (t) => {
  const folder = createBackgroundFolder(t);
  const preload = join(folder, 'hang.cjs');
  writeFileSync(preload, `if (process.argv.includes('role:store')) for (;;);`);
  const env = { NODE_OPTIONS: `--require=${preload}` };
  const { stderr, code } = await runServer(['start', '--daemon', '--timeout', '1'], { cwd: folder, env });
  assert.match(stderr, /^server: the server was not ready within 1 s and was ended; see .*server\.log/);
  assert.equal(code, 75);
  const left = findProcesses(({ pid }) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  });
  assert.deepEqual(left, []);
});

test('a start that is interrupted leaves nothing running', async (t) => {
  const folder = createBackgroundFolder(t);
  const preload = join(folder, 'hang.cjs');
  // The supervisor is stopped in its tracks, so that only a kill ends it.
  writeFileSync(preload, `if (process.argv.includes('role:store')) process.kill(process.ppid, 'SIGSTOP');`);
  const child = spawn(process.execPath, [ENTRY, 'start', '--daemon'], {
    cwd: folder,
    env: { PATH: process.env.PATH, NODE_OPTIONS: `--require=${preload}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  while (!findServersOf(folder).some(({ state }) => state === 'T')) {
    assert.equal(child.exitCode, null, stderr);
    await new Promise((resolve) => setImmediate(resolve));
  }
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  assert.match(stderr, /interrupted by SIGINT; the server was ended/);
  assert.equal(code, 128 + 2);
  assert.deepEqual(findServersOf(folder), []);
});

test('a second start says who runs already, in the background as in the foreground', async (t) => {
  const folder = createBackgroundFolder(t);
  const pid = await startInBackground(t, folder);
  for (const args of [
    ['start', '--daemon'],
    ['start', '--set', 'logging.file='],
    ['run', '--set', 'logging.file='],
  ]) {
    const { stderr, code } = await runServer(args, { cwd: folder });
    assert.match(stderr, new RegExp(`another server runs on .* \\(pid ${pid}\\); see "server status"`));
    assert.equal(code, 75);
  }
  assert.equal(JSON.parse((await runServer(['status', '--json'], { cwd: folder })).stdout).pid, pid);
});

test('a second start on other data says which server runs, and from where that is known', async (t) => {
  const folder = createBackgroundFolder(t);
  const pid = await startInBackground(t, folder);
  for (const verb of [['start', '--daemon'], ['run']]) {
    const { stderr, code } = await runServer([...verb, '--data-dir', 'other'], { cwd: folder });
    assert.match(
      stderr,
      new RegExp(
        `a server runs already \\(pid ${pid}, from ${join(folder, 'server.pid')}\\); see "server status"`,
      ),
    );
    assert.equal(code, 75);
  }
});

test('the number of the started server is data with --json', async (t) => {
  const folder = createBackgroundFolder(t);
  const { stdout, code } = await runServer(['start', '--daemon', '--json'], { cwd: folder });
  const { pid } = JSON.parse(stdout);
  endAfter(t, pid);
  assert.equal(code, 0);
  assert.equal(readFileSync(join(folder, 'server.pid'), 'utf8'), `${pid}\n`);
  assert.equal((await runServer(['run', '--json'], { cwd: folder })).code, 64);
});

test('a restart that fails tells why, as soon as the process is gone', async (t) => {
  const folder = createBackgroundFolder(t);
  const preload = join(folder, 'die.cjs');
  writeFileSync(preload, '');
  const env = { NODE_OPTIONS: `--require=${preload}`, INVOCATION_ID: undefined };
  const { stdout, code } = await runServer(['start', '--daemon'], { cwd: folder, env });
  assert.equal(code, 0);
  const pid = Number(/pid (\d+)/.exec(stdout)?.[1]);
  endAfter(t, pid);
  writeFileSync(
    preload,
    `if (process.argv.includes('role:daemon')) { console.error('the roof is on fire'); process.exit(1); }`,
  );
  const restarted = await runServer(['restart', '--timeout', '60'], { cwd: folder });
  assert.equal(
    restarted.stderr,
    `server: the server (pid ${pid}) has ended and did not start again; the last errors in ${join(folder, 'server.log')}:\nthe roof is on fire\n`,
  );
  assert.equal(restarted.code, 1);
});

test('of several starts at the same moment exactly one wins', async (t) => {
  const folder = createBackgroundFolder(t);
  const runs = await Promise.all([1, 2, 3].map(() => runServer(['start', '--daemon'], { cwd: folder })));
  const winners = runs.filter(({ code }) => code === 0);
  for (const { stdout } of winners) endAfter(t, Number(/pid (\d+)/.exec(stdout)?.[1]));
  assert.equal(winners.length, 1, JSON.stringify(runs));
  for (const { code, stderr } of runs.filter((run) => run.code !== 0)) {
    assert.match(stderr, /another server runs on/);
    assert.equal(code, 75);
  }
  assert.equal(findServersOf(folder).length, 1);
});

test('the terminal may close: its SIGHUP does not reach the server', async (t) => {
  const folder = createBackgroundFolder(t);
  // `script` has a terminal, and hangs up on everything in its session when its shell ends.
  const command = `${process.execPath} ${ENTRY} start --daemon`;
  const script = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env.PATH, TERM: 'dumb' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  script.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  const [code] = await once(script, 'close');
  assert.equal(code, 0, printed);
  const pid = Number(/started \(pid (\d+)\)/.exec(printed)?.[1]);
  endAfter(t, pid);
  const { stdout } = await runServer(['status', '--json'], { cwd: folder });
  assert.equal(JSON.parse(stdout).pid, pid);
  assert.doesNotMatch(readFileSync(join(folder, 'server.log'), 'utf8'), /SIGHUP|reload/);
});
