import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PidFileError, readLivePid, removePidFile, writePidFile } from '../../../src/supervisor/pid-file.ts';
import { createFolder } from '../../support/folder.ts';
import { NOBODY, skipWithoutRoot } from '../../support/root.ts';

/** A process that looks like a server to whoever reads its command line. */
async function startLookalike(t: TestContext): Promise<number> {
  const folder = createFolder(t);
  writeFileSync(join(folder, 'main.js'), 'setInterval(() => {}, 1000); console.log("up");');
  const other = spawn(process.execPath, [join(folder, 'main.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => other.kill());
  await once(other.stdout, 'data');
  return other.pid as number;
}

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
  const path = join(createFolder(t), 'server.pid');
  const pid = await startLookalike(t);
  writeFileSync(path, `${pid}\n`);
  assert.equal(await readLivePid(path), pid);
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

test('the number of a live server is refused, and its file stays', async (t) => {
  const path = join(createFolder(t), 'server.pid');
  const pid = await startLookalike(t);
  writeFileSync(path, `${pid}\n`);
  await assert.rejects(writePidFile(path), { code: 'ERR_ALREADY_RUNNING' });
  assert.equal(readFileSync(path, 'utf8'), `${pid}\n`);
});

test('a link in the place of the file is replaced; what it leads to stays as it is', async (t) => {
  const folder = createFolder(t);
  const path = join(folder, 'server.pid');
  const target = join(folder, 'precious');
  const pid = await startLookalike(t);
  for (const content of ['precious', `${pid}\n`]) {
    writeFileSync(target, content);
    symlinkSync(target, path);
    assert.equal(await readLivePid(path), undefined);
    await writePidFile(path);
    assert.equal(readFileSync(target, 'utf8'), content);
    assert.ok(lstatSync(path).isFile());
    await removePidFile(path);
    symlinkSync(join(folder, 'nowhere'), path);
    await writePidFile(path);
    await removePidFile(path);
    assert.deepEqual(readdirSync(folder), ['precious']);
  }
});

test('a link is not removed in the place of our file', async (t) => {
  const folder = createFolder(t);
  const path = join(folder, 'server.pid');
  writeFileSync(join(folder, 'other'), `${process.pid}\n`);
  symlinkSync('other', path);
  await removePidFile(path);
  assert.equal(readlinkSync(path), 'other');
});

test('a pipe in the place of the file keeps nobody waiting', async (t) => {
  const path = join(createFolder(t), 'server.pid');
  execFileSync('mkfifo', [path]);
  assert.equal(await readLivePid(path), undefined);
  await writePidFile(path);
  assert.equal(readFileSync(path, 'utf8'), `${process.pid}\n`);
});

test('all may read the file, whatever the umask', async (t) => {
  const path = join(createFolder(t), 'server.pid');
  const umask = process.umask(0o077);
  t.after(() => process.umask(umask));
  await writePidFile(path);
  assert.equal(statSync(path).mode & 0o777, 0o644);
});

test("a file of a third user names nobody's server", { skip: skipWithoutRoot }, async (t) => {
  const path = join(createFolder(t), 'server.pid');
  const pid = await startLookalike(t);
  writeFileSync(path, `${pid}\n`);
  chownSync(path, NOBODY, NOBODY);
  assert.equal(await readLivePid(path), undefined);
});

test('a folder that cannot be written is told', { skip: skipWithoutRoot }, async (t) => {
  const folder = createFolder(t);
  chmodSync(folder, 0o755);
  process.seteuid?.(NOBODY);
  const written = writePidFile(join(folder, 'server.pid')).finally(() => process.seteuid?.(0));
  await assert.rejects(written, {
    code: 'ERR_PID_FILE',
    message: /cannot write the PID file .*permission denied.*; see daemon\.pid_file/,
  });
});
