import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LogsConfig } from '../../../../src/config/types.generated.ts';
import { LogStore } from '../../../../src/store/logs/log-store.ts';
import { createBatch, createBodies } from '../../../support/batches.ts';
import { createFolder } from '../../../support/folder.ts';
import { readLogLines, readSequences } from '../../../support/log-lines.ts';
import { silentLogger } from '../../../support/logger.ts';
import { LOGS_CONFIG } from '../../../support/logs-config.ts';

const WORKER = '0123456789abcdef';
const RECORD_BYTES = 36;

async function openStore(
  t: TestContext,
  folder: string,
  config: Partial<LogsConfig> = {},
): Promise<LogStore> {
  const store = new LogStore(
    { ...LOGS_CONFIG, ...config },
    join(folder, 'logs'),
    join(folder, 'ledger'),
    silentLogger,
  );
  await store.start();
  t.after(() => store.close());
  return store;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

test('lines are numbered from zero, in the order of their batches, and the numbers go on after a restart', async (t) => {
  const folder = createFolder(t);
  const first = await openStore(t, folder);
  const appended = [1, 2, 3].map((id) =>
    first.append(WORKER, id, createBatch(createBodies(10, (id - 1) * 10))),
  );
  assert.deepEqual(await Promise.all(appended), [0, 10, 20]);
  await first.close();
  const second = await openStore(t, folder);
  assert.equal(second.nextSequence, 30);
  assert.equal(await second.append('fedcba9876543210', 1, createBatch(['last'])), 30);
  const lines = readLogLines(second.currentFile);
  assert.deepEqual(
    lines.slice(0, 30),
    range(0, 30).map((i) => `${i} message ${i}`),
  );
  assert.equal(lines[30], '30 last');
});

test('two hundred rotations lose, split and repeat no line', async (t) => {
  const folder = createFolder(t);
  const store = await openStore(t, folder, { max_file_bytes: 500, backup_count: 300 });
  let sent = 0;
  for (let id = 1; store.counts.rotations < 200; id += 1) {
    const count = 1 + (id % 97);
    const appended = store.append(WORKER, id, createBatch(createBodies(count, sent)));
    sent += count;
    if (id % 5 === 0) await appended;
  }
  await store.drain(new AbortController().signal);
  assert.deepEqual(
    readLogLines(store.currentFile),
    range(0, sent).map((i) => `${i} message ${i}`),
  );
  for (let i = 0; i < store.counts.rotations; i += 1) {
    assert.ok(statSync(`${store.currentFile}.${i}`).size <= 500, `backup ${i} is larger than allowed`);
  }
});

test('the oldest backup goes when there are backup_count of them', async (t) => {
  const store = await openStore(t, createFolder(t), { max_file_bytes: 100, backup_count: 3 });
  await store.append(WORKER, 1, createBatch(createBodies(100)));
  assert.ok(existsSync(`${store.currentFile}.2`));
  assert.ok(!existsSync(`${store.currentFile}.3`));
  const sequences = readSequences(store.currentFile);
  assert.deepEqual(sequences, range(100 - sequences.length, 100));
});

test('a line longer than a file gets a file of its own and stays whole', async (t) => {
  const store = await openStore(t, createFolder(t), { max_file_bytes: 100 });
  const long = 'x'.repeat(1000);
  await store.append(WORKER, 1, createBatch(['short', long, 'short']));
  assert.equal(readFileSync(`${store.currentFile}.0`, 'utf8'), `1 ${long}\n`);
  assert.deepEqual(readSequences(store.currentFile), [0, 1, 2]);
});

test('a batch that comes again is recognised, within one life and after a restart', async (t) => {
  const folder = createFolder(t);
  const first = await openStore(t, folder);
  const both = [
    first.append(WORKER, 1, createBatch(['a', 'b'])),
    first.append(WORKER, 1, createBatch(['a', 'b'])),
  ];
  assert.deepEqual(await Promise.all(both), [0, 0]);
  await first.close();
  const second = await openStore(t, folder);
  assert.equal(await second.append(WORKER, 1, createBatch(['a', 'b'])), 0);
  assert.equal(await second.append(WORKER, 2, createBatch(['c'])), 2);
  assert.deepEqual(readLogLines(second.currentFile), ['0 a', '1 b', '2 c']);
});

test('what a crash left behind the last confirmed line is cut off', async (t) => {
  const folder = createFolder(t);
  const first = await openStore(t, folder);
  await first.append(WORKER, 1, createBatch(['a']));
  await first.close();
  appendFileSync(first.currentFile, '1 b\n2 half a li');
  const second = await openStore(t, folder);
  assert.equal(await second.append(WORKER, 2, createBatch(['b'])), 1);
  assert.deepEqual(readLogLines(second.currentFile), ['0 a', '1 b']);
});

test('files that a crash left unconfirmed after a rotation are taken back', async (t) => {
  const folder = createFolder(t);
  const first = await openStore(t, folder, { max_file_bytes: 100 });
  await first.append(WORKER, 1, createBatch(createBodies(3)));
  const ledger = readFileSync(join(folder, 'ledger'));
  await first.append(WORKER, 2, createBatch(createBodies(20, 3)));
  await first.close();
  assert.ok(existsSync(`${first.currentFile}.1`));
  // The crash: the lines of the second batch are in the files, its record is not in the ledger.
  writeFileSync(join(folder, 'ledger'), ledger);
  const second = await openStore(t, folder, { max_file_bytes: 100 });
  assert.deepEqual(readSequences(second.currentFile), [0, 1, 2]);
  assert.equal(await second.append(WORKER, 2, createBatch(createBodies(20, 3))), 3);
  assert.deepEqual(readSequences(second.currentFile), range(0, 23));
});

test('a crash between two steps of a rotation loses nothing', async (t) => {
  const folder = createFolder(t);
  const first = await openStore(t, folder, { max_file_bytes: 100 });
  await first.append(WORKER, 1, createBatch(createBodies(20)));
  await first.close();
  // The next rotation had moved the first backup and died before it moved the current file.
  for (const i of [2, 1, 0]) {
    if (existsSync(`${first.currentFile}.${i}`)) {
      execFileSync('mv', [`${first.currentFile}.${i}`, `${first.currentFile}.${i + 1}`]);
    }
  }
  const second = await openStore(t, folder, { max_file_bytes: 100 });
  await second.append(WORKER, 2, createBatch(createBodies(20, 20)));
  assert.deepEqual(readSequences(second.currentFile), range(0, 40));
});

test('lines of a first commit that was never confirmed are not there twice', async (t) => {
  const folder = createFolder(t);
  const first = await openStore(t, folder);
  const ledger = readFileSync(join(folder, 'ledger'));
  await first.append(WORKER, 1, createBatch(createBodies(5)));
  await first.close();
  writeFileSync(join(folder, 'ledger'), ledger);
  const second = await openStore(t, folder);
  assert.equal(await second.append(WORKER, 1, createBatch(createBodies(5))), 0);
  assert.deepEqual(readSequences(second.currentFile), range(0, 5));
});

test('a kill in the middle of a rotation, with the current name free, leaves no unconfirmed line', async (t) => {
  const folder = createFolder(t);
  const first = await openStore(t, folder, { max_file_bytes: 100 });
  await first.append(WORKER, 1, createBatch(createBodies(3)));
  const ledger = readFileSync(join(folder, 'ledger'));
  await first.append(WORKER, 2, createBatch(createBodies(30, 3)));
  await first.close();
  writeFileSync(join(folder, 'ledger'), ledger);
  rmSync(first.currentFile);
  const second = await openStore(t, folder, { max_file_bytes: 100 });
  assert.deepEqual(readSequences(second.currentFile), [0, 1, 2]);
  await second.append(WORKER, 2, createBatch(createBodies(30, 3)));
  assert.deepEqual(readSequences(second.currentFile), range(0, 33));
});

test('unconfirmed lines go also where the confirmed ones have rotated away', async (t) => {
  const folder = createFolder(t);
  const config = { max_file_bytes: 100, backup_count: 2 };
  const first = await openStore(t, folder, config);
  await first.append(WORKER, 1, createBatch(createBodies(3)));
  const ledger = readFileSync(join(folder, 'ledger'));
  await first.append(WORKER, 2, createBatch(createBodies(100, 3)));
  await first.close();
  writeFileSync(join(folder, 'ledger'), ledger);
  const second = await openStore(t, folder, config);
  assert.deepEqual(readSequences(second.currentFile), []);
  assert.equal(await second.append(WORKER, 2, createBatch(createBodies(100, 3))), 3);
  const sequences = readSequences(second.currentFile);
  assert.deepEqual(sequences, range(103 - sequences.length, 103));
});

test('without their ledger the files stay, and the numbers go on behind them', async (t) => {
  const folder = createFolder(t);
  const first = await openStore(t, folder, { max_file_bytes: 100 });
  await first.append(WORKER, 1, createBatch(createBodies(20)));
  await first.close();
  rmSync(join(folder, 'ledger'));
  const second = await openStore(t, folder, { max_file_bytes: 100 });
  assert.equal(await second.append(WORKER, 2, createBatch(createBodies(20, 20))), 20);
  assert.deepEqual(readSequences(second.currentFile), range(0, 40));
});

test('foreign lines in the file stay and are not taken for ours', async (t) => {
  const folder = createFolder(t);
  mkdirSync(join(folder, 'logs'));
  writeFileSync(join(folder, 'logs', '_main.log'), 'something else\nand half a li');
  const store = await openStore(t, folder);
  assert.equal(await store.append(WORKER, 1, createBatch(['a'])), 0);
  assert.equal(readFileSync(store.currentFile, 'utf8'), 'something else\nand half a li\n0 a\n');
});

test('many workers, one after the other, never fill the ledger so that acknowledged lines are forgotten', async (t) => {
  const folder = createFolder(t);
  let stored = 0;
  for (let life = 0; life < 100; life += 1) {
    const store = await openStore(t, folder, { sync: 'never', max_file_bytes: 10_000_000 });
    assert.equal(store.nextSequence, stored, `life ${life}`);
    const worker = life.toString(16).padStart(16, 'a');
    const ids = range(1, 501);
    await Promise.all(ids.map((id) => store.append(worker, id, createBatch(['x']))));
    stored += ids.length;
    assert.equal(await store.append(worker, 490, createBatch(['x'])), stored - 11);
    await store.close();
  }
  const store = await openStore(t, folder);
  assert.deepEqual(readSequences(store.currentFile), range(0, stored));
});

test('a torn record of the ledger does not count', async (t) => {
  const folder = createFolder(t);
  const first = await openStore(t, folder);
  await first.append(WORKER, 1, createBatch(['a']));
  await first.append(WORKER, 2, createBatch(['b']));
  await first.close();
  const ledger = readFileSync(join(folder, 'ledger'));
  // Behind the record of the origin and that of the first batch.
  ledger.fill(0xff, 2 * RECORD_BYTES + 10, 2 * RECORD_BYTES + 20);
  writeFileSync(join(folder, 'ledger'), ledger);
  const second = await openStore(t, folder);
  assert.equal(await second.append(WORKER, 2, createBatch(['b'])), 1);
  assert.deepEqual(readLogLines(second.currentFile), ['0 a', '1 b']);
});

test('numbers are never given twice when someone removes or empties the files', async (t) => {
  const folder = createFolder(t);
  const first = await openStore(t, folder);
  await first.append(WORKER, 1, createBatch(['a', 'b']));
  await first.close();
  rmSync(first.currentFile);
  const second = await openStore(t, folder);
  assert.equal(await second.append(WORKER, 2, createBatch(['c'])), 2);
  await second.close();
  writeFileSync(second.currentFile, '');
  const third = await openStore(t, folder);
  assert.equal(await third.append(WORKER, 3, createBatch(['d'])), 3);
});

test('a file that is emptied or moved away while the store runs is followed', async (t) => {
  const store = await openStore(t, createFolder(t));
  await store.append(WORKER, 1, createBatch(['a']));
  execFileSync('mv', [store.currentFile, `${store.currentFile}.moved`]);
  let id = 1;
  while (!existsSync(store.currentFile)) {
    id += 1;
    await store.append(WORKER, id, createBatch(['b']));
  }
  const moved = readFileSync(`${store.currentFile}.moved`, 'utf8').split('\n').length - 1;
  assert.deepEqual(readSequences(store.currentFile), range(moved, id));
});

test('the ledger stays small and still recognises the latest batches', async (t) => {
  const folder = createFolder(t);
  const store = await openStore(t, folder, { sync: 'never' });
  const count = 40_000;
  for (let id = 1; id <= count; id += 1000) {
    const ids = range(id, id + 1000);
    await Promise.all(ids.map((each) => store.append(WORKER, each, createBatch(['x']))));
  }
  await store.close();
  assert.ok(statSync(join(folder, 'ledger')).size < count * RECORD_BYTES);
  const second = await openStore(t, folder);
  assert.equal(second.nextSequence, count);
  assert.equal(await second.append(WORKER, count - 100, createBatch(['x'])), count - 101);
});

test('a full disk stops the store until there is room, and nothing is lost, split or repeated', async (t) => {
  const folder = createFolder(t);
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', disk], { stdio: 'ignore' });
  } catch {
    t.skip('no right to mount a small file system');
    return;
  }
  try {
    const store = await openStore(t, disk);
    assert.throws(() => writeFileSync(join(disk, 'ballast'), Buffer.alloc(4 * 1024 * 1024)), {
      code: 'ENOSPC',
    });
    const unhealthy = Promise.withResolvers<string>();
    store.onHealth = ({ reasons }) => unhealthy.resolve(reasons[0] ?? '');
    const ids = range(1, 101);
    const appended = ids.map((id) => store.append(WORKER, id, createBatch(createBodies(20, (id - 1) * 20))));
    assert.match(await unhealthy.promise, /the disk that holds .* is full/);
    assert.equal(store.health.ready, false);
    rmSync(join(disk, 'ballast'));
    await Promise.all(appended);
    assert.equal(store.health.ready, true);
    assert.deepEqual(
      readLogLines(store.currentFile),
      range(0, 2000).map((i) => `${i} message ${i}`),
    );
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
});

test('what was not confirmed in the files of another name is cut off, too', async (t) => {
  const folder = createFolder(t);
  const first = await openStore(t, folder);
  await first.append(WORKER, 1, createBatch(createBodies(2)));
  await first.close();
  // A store that was killed between the file and the ledger.
  appendFileSync(first.currentFile, '2 never confirmed\n');
  const second = await openStore(t, folder, { file_name: 'other.log' });
  assert.equal(await second.append(WORKER, 2, createBatch(createBodies(2))), 2);
  await second.close();
  const third = await openStore(t, folder);
  assert.equal(await third.append(WORKER, 3, createBatch(createBodies(1))), 4);
  assert.deepEqual(readSequences(third.currentFile), [0, 1, 4]);
  assert.deepEqual(readSequences(second.currentFile), [2, 3]);
});

test('fewer backups than before are kept from the next rotation on, without a restart', async (t) => {
  const folder = createFolder(t);
  const config = { ...LOGS_CONFIG, max_file_bytes: 100, backup_count: 5 };
  const store = await openStore(t, folder, config);
  for (let id = 1; store.counts.rotations < 6; id += 1) {
    await store.append(WORKER, id, createBatch(createBodies(5, id * 5)));
  }
  assert.ok(existsSync(`${store.currentFile}.4`));
  store.update({ ...config, backup_count: 2 });
  const rotations = store.counts.rotations;
  for (let id = 1000; store.counts.rotations === rotations; id += 1) {
    await store.append(WORKER, id, createBatch(createBodies(5, id * 5)));
  }
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((index) => existsSync(`${store.currentFile}.${index}`)),
    [true, true, false, false, false],
  );
});
