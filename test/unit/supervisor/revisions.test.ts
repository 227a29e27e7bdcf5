import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type LoadedConfig, loadConfig } from '../../../src/config/load.ts';
import type { Logger } from '../../../src/observe/logger.ts';
import { Revisions } from '../../../src/supervisor/revisions.ts';
import { createFolder } from '../../support/folder.ts';
import { silentLogger } from '../../support/logger.ts';

const FILE = '/etc/millrace/config.toml';

function load(port: number, file = FILE): Promise<LoadedConfig> {
  return loadConfig({ file, text: `[network]\nport = ${port}\n`, env: {} });
}

async function openRevisions(directory: string, warnings: string[] = []): Promise<Revisions> {
  const warn = (_: object, message: string) => warnings.push(message);
  const revisions = new Revisions(directory, { ...silentLogger, warn } as unknown as Logger);
  await revisions.open();
  return revisions;
}

const numbersOf = (revisions: Revisions) => revisions.list().map(({ revision }) => revision);

test('applied configurations are numbered, and each can be read again after a restart', async (t) => {
  const directory = join(createFolder(t), 'revisions');
  const revisions = await openRevisions(directory);
  assert.deepEqual(revisions.list(), []);
  const loaded = await load(1);
  const first = await revisions.add({ by: 'start', loaded });
  assert.deepEqual(
    { ...first, at: '' },
    {
      revision: 1,
      at: '',
      by: 'start',
      hash: loaded.hash,
      file: FILE,
      is_running: true,
    },
  );
  assert.ok(Math.abs(Date.now() - Date.parse(first.at)) < 60_000);
  await revisions.add({ by: 'SIGHUP', loaded: await load(2) });
  assert.deepEqual(
    revisions.list().map(({ revision, is_running }) => [revision, is_running]),
    [
      [1, false],
      [2, true],
    ],
  );

  const again = await openRevisions(directory);
  assert.equal(again.read(1), loaded.source);
  assert.equal(again.read(2), '[network]\nport = 2\n');
  assert.deepEqual(
    again.list().map(({ by, is_running }) => [by, is_running]),
    [
      ['start', false],
      ['SIGHUP', false],
    ],
  );
});

test('only the owner can read what is kept', async (t) => {
  const directory = join(createFolder(t), 'revisions');
  const revisions = await openRevisions(directory);
  await revisions.add({ by: 'start', loaded: await load(1) });
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(directory), ['1.json']);
  assert.equal(statSync(join(directory, '1.json')).mode & 0o777, 0o600);
});

test('a start with what was applied last keeps its number; another text, file or cause does not', async (t) => {
  const directory = join(createFolder(t), 'revisions');
  const add = async (by: string, loaded: LoadedConfig) => {
    return (await (await openRevisions(directory)).add({ by, loaded })).revision;
  };
  assert.equal(await add('start', await load(1)), 1);
  assert.equal(await add('start', await load(1)), 1);
  assert.equal(await add('SIGHUP', await load(1)), 2);
  assert.equal(await add('start', await load(2)), 3);
  assert.equal(await add('start', await load(2, '/etc/other.toml')), 4);
  assert.equal(await add('start', await load(1)), 5);
  const withoutFile = await loadConfig({ file: null, env: {} });
  assert.equal(await add('start', withoutFile), 6);
  assert.equal(await add('start', withoutFile), 6);
});

test('the last ten are kept, and the numbers go on', async (t) => {
  const directory = join(createFolder(t), 'revisions');
  let revisions = await openRevisions(directory);
  for (let port = 1; port <= 12; port += 1) {
    await revisions.add({ by: 'SIGHUP', loaded: await load(port) });
  }
  const kept = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  assert.deepEqual(numbersOf(revisions), kept);
  assert.equal(readdirSync(directory).length, 10);
  assert.throws(() => revisions.read(2), {
    code: 'ERR_REVISION_UNKNOWN',
    message: /no revision 2 of the configuration; there are 3, 4, .*, 12$/,
  });
  revisions = await openRevisions(directory);
  assert.deepEqual(numbersOf(revisions), kept);
  assert.equal((await revisions.add({ by: 'start', loaded: await load(99) })).revision, 13);
});

test('garbage is passed over with a warning that does not quote it, and its numbers are not used again', async (t) => {
  const directory = join(createFolder(t), 'revisions');
  await (await openRevisions(directory)).add({ by: 'start', loaded: await load(1) });
  const good = readFileSync(join(directory, '1.json'), 'utf8');
  const secret = 'admin_token = "hunter2"';
  const garbage: Record<string, string> = {
    '2.json': '',
    '3.json': secret,
    '4.json': good,
    '5.json': good.replace('"revision": 1', '"revision": 5').replace(/"source": ".*"/, '"source": 7'),
    '6.json': 'null',
  };
  for (const [name, text] of Object.entries(garbage)) writeFileSync(join(directory, name), text);
  mkdirSync(join(directory, '7.json'));
  writeFileSync(join(directory, '7.json', 'x'), '');
  symlinkSync('1.json', join(directory, '8.json'));
  for (const name of ['0.json', 'x.json', '9.txt', '1e3.json', `${'9'.repeat(30)}.json`, '.9.json.new']) {
    writeFileSync(join(directory, name), secret);
  }
  const warnings: string[] = [];
  const revisions = await openRevisions(directory, warnings);
  assert.deepEqual(numbersOf(revisions), [1]);
  assert.equal(warnings.length, 7);
  assert.ok(warnings.every((warning) => !warning.includes('hunter2')));
  assert.equal((await revisions.add({ by: 'SIGHUP', loaded: await load(2) })).revision, 9);
  assert.deepEqual(numbersOf(await openRevisions(directory)), [1, 9]);
  for (let port = 1; port <= 10; port += 1) {
    await revisions.add({ by: 'SIGHUP', loaded: await load(port) });
  }
  const numbered = readdirSync(directory).filter((name) => /^\d{1,2}\.json$/.test(name) && name !== '0.json');
  assert.equal(numbered.length, 10);
});

test('without a directory to write to, they are kept in memory, and written as soon as there is one', async (t) => {
  const directory = join(createFolder(t), 'revisions');
  writeFileSync(directory, 'in the way');
  const warnings: string[] = [];
  const revisions = await openRevisions(directory, warnings);
  assert.equal((await revisions.add({ by: 'start', loaded: await load(1) })).revision, 1);
  assert.equal((await revisions.add({ by: 'SIGHUP', loaded: await load(2) })).revision, 2);
  assert.equal(revisions.read(1), '[network]\nport = 1\n');
  assert.equal(warnings.length, 3);
  rmSync(directory);
  await revisions.add({ by: 'SIGHUP', loaded: await load(3) });
  assert.equal(warnings.length, 3);
  assert.deepEqual(numbersOf(await openRevisions(directory)), [1, 2, 3]);
});

test('a full disk keeps nobody from a reload', async (t) => {
  const disk = mountSmallDisk(t);
  if (disk === undefined) return;
  const warnings: string[] = [];
  const revisions = await openRevisions(join(disk, 'revisions'), warnings);
  await revisions.add({ by: 'start', loaded: await load(1) });
  assert.throws(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(1024 * 1024)), { code: 'ENOSPC' });
  await revisions.add({ by: 'SIGHUP', loaded: await load(2) });
  assert.match(warnings.join(), /cannot write the configuration/);
  assert.deepEqual(numbersOf(revisions), [1, 2]);
  assert.deepEqual(readdirSync(join(disk, 'revisions')), ['1.json']);
  rmSync(join(disk, 'filler'));
  await revisions.add({ by: 'SIGHUP', loaded: await load(3) });
  assert.deepEqual(numbersOf(await openRevisions(join(disk, 'revisions'))), [1, 2, 3]);
});

function mountSmallDisk(t: TestContext): string | undefined {
  const disk = mkdtempSync(join(tmpdir(), 'millrace-disk-'));
  let isMounted = false;
  t.after(() => {
    if (isMounted) execFileSync('umount', ['-l', disk]);
    rmdirSync(disk);
  });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', disk], { stdio: 'ignore' });
    isMounted = true;
    return disk;
  } catch {
    t.skip('only root can mount a small disk');
    return undefined;
  }
}
