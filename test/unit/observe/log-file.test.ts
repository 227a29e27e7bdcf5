import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { LogFile } from '../../../src/observe/log-file.ts';
import type { LogFileError } from '../../../src/observe/log-file-error.ts';
import type { Rotation } from '../../../src/observe/rotating-file.ts';
import { countTo, listFiles, readNumbers } from '../../fixtures/observe/lines.ts';
import { createFolder } from '../../support/folder.ts';

test('lines are in the file after a close, in order, and the group may read it', async (t) => {
  const { file, folder } = await openFile(t);
  for (let i = 0; i < 1000; i += 1) file.write(`line ${i}`);
  assert.equal(await file.close(), 0);
  assert.deepEqual(readNumbers(folder), countTo(1000));
  assert.equal(statSync(file.path).mode & 0o777, 0o640);
});

test('a file that is there is continued, and a missing folder is made', async (t) => {
  const folder = join(createFolder(t), 'a', 'b');
  for (const number of [0, 1]) {
    const { file } = await openFile(t, { folder });
    file.write(`line ${number}`);
    await file.close();
  }
  assert.deepEqual(readNumbers(folder), [0, 1]);
});

test('close without open, and close twice, do nothing', async (t) => {
  const file = new LogFile(join(createFolder(t), 'x.log'), undefined, { onFailed() {}, onRecovered() {} });
  assert.equal(await file.close(), 0);
  await file.open();
  assert.equal(await file.close(), 0);
  assert.equal(await file.close(), 0);
});

test('two hundred rotations keep every line once, whole and in order', async (t) => {
  const bytesMax = 4096;
  const { file, folder, failures } = await openFile(t, { rotation: { bytesMax, filesMax: 250 } });
  for (let i = 0; i < 5500; i += 1) {
    file.write(`line ${i} ${'x'.repeat(100 + (i % 100))}`);
    if (i % 50 === 0) await nextTurn();
  }
  // The rest of the queue would take longer than a close waits for a disk.
  await untilContent(file.path, /line 5499 x+\n/);
  await file.close();
  assert.deepEqual(readNumbers(folder), countTo(5500));
  assert.deepEqual(failures, []);
  const files = listFiles(folder);
  assert.ok(files.length > 200, `${files.length} files`);
  assert.equal(files.at(-1), 'server.log');
  assert.equal(files.at(-2), 'server.log.1');
  const lineMax = 220;
  for (const name of files) assert.ok(statSync(join(folder, name)).size < bytesMax + lineMax, name);
});

test('only so many rotated files are kept, the newest of them', async (t) => {
  const { file, folder } = await openFile(t, { rotation: { bytesMax: 100, filesMax: 3 } });
  for (let i = 0; i < 200; i += 1) file.write(`line ${i}`);
  await file.close();
  assert.deepEqual(listFiles(folder), ['server.log.3', 'server.log.2', 'server.log.1', 'server.log']);
  const numbers = readNumbers(folder);
  assert.deepEqual(numbers, countTo(200).slice(-numbers.length));
});

test('without rotation the file grows', async (t) => {
  const { file, folder } = await openFile(t, { rotation: undefined });
  for (let i = 0; i < 10_000; i += 1) file.write(`line ${i}`);
  await file.close();
  assert.deepEqual(listFiles(folder), ['server.log']);
  assert.equal(readNumbers(folder).length, 10_000);
});

test('a file renamed by another program and reopened loses nothing under load', async (t) => {
  const { file, folder, failures } = await openFile(t, { rotation: undefined });
  let count = 0;
  for (let round = 20; round > 0; round -= 1) {
    for (let i = 0; i < 2000; i += 1) {
      file.write(`line ${count}`);
      count += 1;
      if (i % 100 === 0) await nextTurn();
    }
    renameSync(file.path, `${file.path}.${round}`);
    const reopened = file.reopen();
    file.write(`line ${count}`);
    count += 1;
    await reopened;
  }
  await file.close();
  assert.equal(listFiles(folder).length, 21);
  assert.deepEqual(readNumbers(folder), countTo(count));
  assert.deepEqual(failures, []);
});

test('a reopened file is there before the next line', async (t) => {
  const { file } = await openFile(t);
  renameSync(file.path, `${file.path}.old`);
  await file.reopen();
  assert.ok(existsSync(file.path));
});

for (const [what, remove] of [
  ['deleted', (path: string) => rmSync(path)],
  ['moved', (path: string) => renameSync(path, `${path}.moved`)],
  [
    'replaced',
    (path: string) => {
      writeFileSync(`${path}.new`, '');
      renameSync(`${path}.new`, path);
    },
  ],
  ['moved with its folder', (path: string) => renameSync(join(path, '..'), `${join(path, '..')}-moved`)],
] as const) {
  test(`a file that somebody has ${what} is there again within seconds`, async (t) => {
    const { file } = await openFile(t, { folder: join(createFolder(t), 'log') });
    file.write('line 0');
    await untilContent(file.path, /line 0\n/);
    remove(file.path);
    while (!/line 1\n/.test(readIfThere(file.path))) {
      file.write('line 1');
      await delay(20);
    }
    assert.doesNotMatch(readFileSync(file.path, 'utf8'), /line 0/);
  });
}

test('a line written into a deleted file is written again into the new one', async (t) => {
  const { file, folder } = await openFile(t);
  rmSync(file.path);
  file.write('line 0');
  await file.close();
  await (await openFile(t, { folder })).file.close();
  const { file: second } = await openFile(t, { folder });
  rmSync(second.path);
  second.write('line 1');
  await untilContent(second.path, /line 1\n/);
});

test('where files cannot be renamed, lines are appended without rotation, and it is told once', async (t) => {
  const rotation = { bytesMax: 1000, filesMax: 2 };
  const { file, folder, failures } = await openFile(t, { rotation });
  mkdirSync(join(folder, 'server.log.1', 'in the way'), { recursive: true });
  mkdirSync(join(folder, 'server.log.2', 'in the way'), { recursive: true });
  for (let i = 0; i < 1000; i += 1) file.write(`line ${i}`);
  await untilContent(file.path, /line 999\n/);
  await file.close();
  assert.deepEqual(
    readFileSync(file.path, 'utf8').split('\n').slice(0, -1),
    countTo(1000).map((i) => `line ${i}`),
  );
  assert.equal(failures.length, 1);
  assert.match(failures[0]?.message ?? '', /cannot rotate the log file .*server\.log: /);
  assert.equal(failures[0]?.code, 'ERR_LOG_FILE');
});

test('a full disk loses nothing that has room in the queue, leaves no half line, and is told once', async (t) => {
  const folder = mountSmallDisk(t);
  if (folder === undefined) return;
  const { file, failures, recoveries } = await openFile(t, { folder, rotation: undefined });
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(150_000));
  for (let i = 0; i < 3000; i += 1) file.write(`line ${i} ${'x'.repeat(i % 100)}`);
  await until(() => failures.length > 0);
  assert.match(
    failures[0]?.message ?? '',
    /cannot write the log file .*: (the disk is full|\d+ of \d+ bytes)/,
  );
  assert.match(readFileSync(file.path, 'utf8'), /^$|\n$/);
  rmSync(join(folder, 'ballast'));
  await until(() => recoveries.length > 0);
  await file.close();
  assert.deepEqual(readNumbers(folder), countTo(3000));
  assert.equal(failures.length, 1);
  assert.deepEqual(recoveries, [0]);
});

test('a full disk does not rotate the old files away', async (t) => {
  const folder = mountSmallDisk(t);
  if (folder === undefined) return;
  const { file, failures } = await openFile(t, { folder, rotation: { bytesMax: 20_000, filesMax: 3 } });
  for (let i = 0; i < 20_000; i += 1) file.write(`line ${i}`);
  await untilContent(file.path, /line 19999\n/);
  fillDisk(folder);
  for (let i = 20_000; i < 40_000; i += 1) file.write(`line ${i}`);
  await until(() => failures.length > 0);
  // Each opens the file and tries to write again.
  for (let i = 0; i < 10; i += 1) await file.reopen();
  const sizes = listFiles(folder).map((name) => statSync(join(folder, name)).size);
  assert.ok(sizes.filter((size) => size > 0).length >= 3, `sizes are ${sizes}`);
  rmSync(join(folder, 'ballast'));
  await file.close();
});

test('a disk that stays full does not keep the server from ending, and the loss is counted', async (t) => {
  const folder = mountSmallDisk(t);
  if (folder === undefined) return;
  const { file } = await openFile(t, { folder, rotation: undefined });
  fillDisk(folder);
  for (let i = 0; i < 1000; i += 1) file.write(`line ${i}`);
  const lost = await file.close();
  assert.ok(lost > 0);
  assert.equal(lost + readNumbers(folder).length, 1000);
});

test('what finds no room in the queue is counted', async (t) => {
  const { file, folder, recoveries } = await openFile(t);
  const line = `line 0 ${'x'.repeat(64 * 1024)}`;
  for (let i = 0; i < 200; i += 1) file.write(line);
  await until(() => recoveries.length > 0);
  await file.close();
  assert.equal(recoveries.length, 1);
  assert.equal(readNumbers(folder).length + (recoveries[0] as number), 200);
});

test('a flush without the event loop writes what waits and what is on its way, each once', async (t) => {
  for (const turns of [0, 1, 2, 3, 5, 8]) {
    const { file, folder } = await openFile(t, { rotation: { bytesMax: 30_000, filesMax: 100 } });
    for (let i = 0; i < 5000; i += 1) file.write(`line ${i}`);
    for (let turn = 0; turn < turns; turn += 1) await nextTurn();
    file.flushSync();
    assert.deepEqual(
      readNumbers(folder).toSorted((a, b) => a - b),
      countTo(5000),
    );
    file.write('line 5000');
    await file.close();
    assert.equal(readNumbers(folder).length, 5001);
  }
});

test('a rotation that is changed live holds for the next line', async (t) => {
  const { file, folder } = await openFile(t, { rotation: undefined });
  for (let i = 0; i < 100; i += 1) file.write(`line ${i}`);
  await file.changeRotation({ bytesMax: 100, filesMax: 100 });
  for (let i = 100; i < 200; i += 1) file.write(`line ${i}`);
  await file.close();
  assert.ok(listFiles(folder).length > 5);
  assert.deepEqual(readNumbers(folder), countTo(200));
});

test('a path that cannot be opened is refused with its name and the reason', async (t) => {
  const folder = createFolder(t);
  mkdirSync(join(folder, 'dir.log'));
  writeFileSync(join(folder, 'plain'), '');
  for (const path of ['/dev/full', join(folder, 'dir.log'), join(folder, 'plain', 'x.log')]) {
    const file = new LogFile(path, undefined, { onFailed() {}, onRecovered() {} });
    await assert.rejects(file.open(), (error: LogFileError) => {
      assert.equal(error.code, 'ERR_LOG_FILE');
      assert.ok(error.message.startsWith(`cannot open the log file ${path}: `), error.message);
      return true;
    });
    assert.equal(await file.close(), 0);
  }
});

test('a folder without permission is refused with a remedy', {
  skip: process.getuid?.() === 0,
}, async (t) => {
  const folder = createFolder(t);
  chmodSync(folder, 0o500);
  const file = new LogFile(join(folder, 'x.log'), undefined, { onFailed() {}, onRecovered() {} });
  await assert.rejects(file.open(), /permission denied; let the user that runs the server write there/);
});

interface Opened {
  readonly file: LogFile;
  readonly folder: string;
  readonly failures: LogFileError[];
  readonly recoveries: number[];
}

async function openFile(
  t: TestContext,
  {
    folder = createFolder(t),
    rotation = { bytesMax: 1e9, filesMax: 3 },
  }: { folder?: string; rotation?: Rotation | undefined } = {},
): Promise<Opened> {
  const failures: LogFileError[] = [];
  const recoveries: number[] = [];
  const file = new LogFile(join(folder, 'server.log'), rotation, {
    onFailed: (error) => failures.push(error),
    onRecovered: (dropped) => recoveries.push(dropped),
  });
  await file.open();
  t.after(() => file.close());
  return { file, folder, failures, recoveries };
}

/** A file system of 200 kB, gone after the test; undefined, and the test is skipped, where it is not allowed. */
function mountSmallDisk(t: TestContext): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-disk-'));
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'none', folder], { encoding: 'utf8' });
  t.after(() => {
    if (mount.status === 0) spawnSync('umount', ['-l', folder]);
    rmdirSync(folder);
  });
  if (mount.status !== 0) {
    t.skip(`cannot mount a small disk: ${mount.stderr || mount.error?.message}`);
    return undefined;
  }
  return folder;
}

function fillDisk(folder: string): void {
  try {
    for (;;) appendFileSync(join(folder, 'ballast'), Buffer.alloc(4096));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  }
}

/** The file system tells nobody, hence the poll. */
async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await delay(5);
}

function untilContent(path: string, content: RegExp): Promise<void> {
  return until(() => content.test(readIfThere(path)));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
