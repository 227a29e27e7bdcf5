import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PidFileError, readLivePid, removePidFile, writePidFile } from '../../../src/supervisor/pid-file.ts';
import { createFolder } from '../../support/folder.ts';

test('the file holds the number of this process, for all to read, and goes when it is ours', async (t) => {
  const path = join(createFolder(t), 'deeper', 'server.pid');
  await writePidFile(path);
  assert.equal(readFileSync(path, 'utf8'), `${process.pid}\n`);
  assert.equal(statSync(path).mode & 0o777, 0o644);
  await removePidFile(path);
  assert.throws(() => readFileSync(path), { code: 'ENOENT' });
});

test('garbage, the dead and other programs do not keep a server from starting', async (t) => {
  const path = join(createFolder(t), 'server.pid');
  const other = spawn('sleep', ['60']);
  t.after(() => other.kill());
  for (const content of [
    '',
    '0',
    '-1',
    'garbage',
    '99999999999999',
    '4194304',
    String(other.pid),
    '1\n2\n',
  ]) {
    writeFileSync(path, content);
    assert.equal(await readLivePid(path), undefined, content);
    await writePidFile(path);
    assert.equal(readFileSync(path, 'utf8'), `${process.pid}\n`, content);
  }
});

test('a program that merely looks like a server and began after the file was written does not count', async (t) => {
  const folder = createFolder(t);
  const path = join(folder, 'server.pid');
  writeFileSync(join(folder, 'main.js'), 'setInterval(() => {}, 1000); console.log("up");');
  const other = spawn(process.execPath, [join(folder, 'main.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => other.kill());
  await once(other.stdout, 'data');
  writeFileSync(path, `${other.pid}\n`);
  assert.equal(await readLivePid(path), other.pid);
  utimesSync(path, 0, 0);
  assert.equal(await readLivePid(path), undefined);
});

test("another process's file is left where it is", async (t) => {
  const path = join(createFolder(t), 'server.pid');
  writeFileSync(path, '12345\n');
  await removePidFile(path);
  assert.equal(readFileSync(path, 'utf8'), '12345\n');
});

test('a place that cannot be written is named together with the key', async (t) => {
  const path = join(createFolder(t), 'server.pid');
  mkdirSync(path);
  await assert.rejects(writePidFile(path), (error: PidFileError) => {
    assert.equal(error.code, 'ERR_PID_FILE');
    assert.match(error.message, /cannot write the PID file .*: it is a directory; see daemon.pid_file/);
    return error instanceof PidFileError;
  });
});
