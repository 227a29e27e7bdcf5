import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Daemon, runServer } from '../support/daemon.ts';
import { createFolder } from '../support/folder.ts';

const onLinux = { skip: process.platform === 'linux' ? false : 'finds the socket by /proc' };

test('after an edit of storage.data_dir the verbs find the server at its old place', onLinux, async (t) => {
  const daemon = await Daemon.start(t);
  mkdirSync(join(daemon.folder, 'elsewhere'));
  daemon.write('[storage]\ndata_dir = "elsewhere"\n');
  for (const verb of [
    'status',
    'reload',
    'config history',
    'config diff',
    'set-level debug',
    'logs',
    'top --once',
  ]) {
    const { code, stderr } = await daemon.run(...verb.split(' '));
    assert.deepEqual([verb, code, stderr], [verb, 0, '']);
  }
  const restarted = await daemon.run('restart');
  assert.equal(restarted.code, 0, restarted.stderr);
  const status = await daemon.status();
  assert.deepEqual([status.pid, status.data_dir], [daemon.process.pid, join(daemon.folder, 'elsewhere')]);
  daemon.write('[storage]\ndata_dir = "third"\n');
  const { code, stdout } = await daemon.run('stop');
  assert.deepEqual([code, stdout], [0, `stopped (pid ${status.pid})\n`]);
  assert.equal(await daemon.exited, 0);
});

test('send without --to asks the running server for its universal port', async (t) => {
  const daemon = await Daemon.start(t, '[network]\nport = 1\n', { args: ['--port', '0'] });
  const { port } = await daemon.listener();
  const { code, stdout, stderr } = await daemon.run('send', 'hello');
  assert.deepEqual([code, stdout, stderr], [0, `sent 1 message to 127.0.0.1:${port}\n`, '']);
});

test('a configuration file that is not there keeps nobody from stopping the server', async (t) => {
  const daemon = await Daemon.start(t);
  const missing = ['-c', join(daemon.folder, 'none.toml')];
  const elsewhere = createFolder(t);
  const told = `server: ${missing[1]} does not exist; looking for the server where one with the defaults keeps its data in that folder\n`;
  const status = await runServer(['status', '--json', ...missing], { cwd: elsewhere });
  assert.deepEqual([status.code, status.stderr], [0, told]);
  assert.equal(JSON.parse(status.stdout).pid, daemon.process.pid);
  const stopped = await runServer(['stop', ...missing], { cwd: elsewhere });
  assert.deepEqual([stopped.code, stopped.stderr], [0, told]);
});
