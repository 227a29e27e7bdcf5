import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { Daemon, ENTRY } from '../support/daemon.ts';

async function open(t: TestContext, daemon: Daemon): Promise<Socket> {
  const socket = connect(join(daemon.folder, 'data', 'run', 'control.sock'));
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

test('clients that misbehave on the control socket keep nobody from being served', async (t) => {
  const daemon = await Daemon.start(t);
  const garbage = await open(t, daemon);
  garbage.write(Buffer.from(Array.from({ length: 30_000 }, (_, i) => (i * 7919) % 256)));
  const endless = await open(t, daemon);
  endless.write('x'.repeat(1_000_000));
  const greedy = await open(t, daemon);
  greedy.pause();
  greedy.write('{"id":1,"method":"status"}\n'.repeat(20_000));
  const deep = await open(t, daemon);
  deep.write(`${'['.repeat(60_000)}\n`);
  for (let i = 0; i < 59; i += 1) await open(t, daemon);
  assert.equal((await daemon.status()).ready, true);
  const { memory_bytes } = (await daemon.status()).processes[0] as { memory_bytes: number };
  assert.ok(memory_bytes < 300 * 1024 * 1024, `${memory_bytes} bytes`);
  assert.equal(await daemon.stop(), 0);
});

test('logs -f shows what the server tells while it is restarted', async (t) => {
  const daemon = await Daemon.start(t);
  const { XDG_RUNTIME_DIR: _, ...env } = process.env;
  const child = spawn(process.execPath, [ENTRY, 'logs', '-f', '--json', '-c', daemon.configFile], {
    cwd: daemon.folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  const messages: string[] = [];
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const until = async (pattern: RegExp): Promise<void> => {
    for (;;) {
      const { value, done } = await lines.next();
      assert.ok(!done, `it ended before ${pattern}`);
      messages.push(JSON.parse(value).message);
      if (pattern.test(messages.at(-1) as string)) return;
    }
  };
  await until(/all server components started/);
  await daemon.run('set-level', 'debug');
  await until(/the log level was changed/);
  assert.equal(await daemon.stop(), 0);
  await Daemon.start(t, '', { folder: daemon.folder });
  await until(/all server components started/);
  assert.equal(messages.filter((message) => /the log level was changed/.test(message)).length, 1);
});

test('reopen follows a log file that was renamed', async (t) => {
  const daemon = await Daemon.start(t, '[logging]\nfile = "own.log"\n');
  const file = join(daemon.folder, 'own.log');
  renameSync(file, `${file}.old`);
  const { code, stdout } = await daemon.run('reopen');
  assert.deepEqual([code, stdout], [0, `opened ${file} anew\nopened ${daemon.logFile} anew\n`]);
  assert.ok(existsSync(file));
});

test('a server without its control socket is told from none, and can be stopped', async (t) => {
  const daemon = await Daemon.start(t);
  rmSync(join(daemon.folder, 'data', 'run', 'control.sock'));
  const { code, stderr } = await daemon.run('config', 'history');
  assert.match(stderr, new RegExp(`a server runs \\(pid ${daemon.process.pid}, .*does not answer`));
  assert.equal(code, 69);
  assert.equal((await daemon.run('stop')).code, 0);
});

test('top tells the rates and the processors of a running server', async (t) => {
  const daemon = await Daemon.start(t);
  const { code, stdout } = await daemon.run('top', '--once', '--json');
  assert.equal(code, 0);
  const { status, per_second, cpu_percent } = JSON.parse(stdout);
  assert.equal(status.pid, daemon.process.pid);
  assert.equal(typeof per_second.records, 'number');
  if (process.platform === 'linux') assert.equal(typeof cpu_percent[status.pid], 'number');
});
