import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setInterval } from 'node:timers/promises';
import { ConfigWatcher } from '../../../src/supervisor/config-watcher.ts';
import { createFolder } from '../../support/folder.ts';
import { silentLogger } from '../../support/logger.ts';

/** So long that only events of the operating system can tell of anything. */
const NEVER_MS = 3_600_000;

/** What a watcher has told, to be waited for one by one. */
class Told {
  readonly #calls: string[][] = [];
  #arrived = Promise.withResolvers<void>();
  readonly add = (files: string[]): void => {
    this.#calls.push(files);
    this.#arrived.resolve();
  };

  async next(): Promise<string[]> {
    while (this.#calls.length === 0) {
      this.#arrived = Promise.withResolvers<void>();
      await this.#arrived.promise;
    }
    return this.#calls.shift() as string[];
  }

  get waiting(): number {
    return this.#calls.length;
  }
}

async function watchFiles(t: TestContext, files: readonly string[], pollMs?: number) {
  const told = new Told();
  const watcher = new ConfigWatcher({ onChange: told.add, logger: silentLogger, pollMs });
  t.after(() => watcher.close());
  await watcher.watch(files);
  return { told, watcher };
}

function createConfig(t: TestContext): { folder: string; file: string } {
  const folder = createFolder(t);
  const file = join(folder, 'config.toml');
  writeFileSync(file, 'one');
  return { folder, file };
}

/** A marker that is told after everything that came before it: nothing was told in between. */
async function assertSilent(told: Told, file: string): Promise<void> {
  writeFileSync(file, `marker ${Math.random()}`);
  assert.deepEqual(await told.next(), [file]);
  assert.equal(told.waiting, 0);
}

test('a file that is written in place is told, by events alone', async (t) => {
  const { file } = createConfig(t);
  const { told } = await watchFiles(t, [file], NEVER_MS);
  for (const text of ['two', 'three', 'four']) {
    writeFileSync(file, text);
    assert.deepEqual(await told.next(), [file]);
  }
});

test('a file that is replaced as editors do is told, by events alone', async (t) => {
  const { folder, file } = createConfig(t);
  const { told } = await watchFiles(t, [file], NEVER_MS);
  const ways = {
    'write beside, rename': () => {
      writeFileSync(join(folder, '.tmp'), 'sed');
      renameSync(join(folder, '.tmp'), file);
    },
    'rename to a backup, write anew': () => {
      renameSync(file, `${file}~`);
      writeFileSync(file, 'vim');
      rmSync(`${file}~`);
    },
    'delete, write anew': () => {
      rmSync(file);
      writeFileSync(file, 'plain');
    },
  };
  for (const [way, replace] of Object.entries(ways)) {
    replace();
    assert.deepEqual(await told.next(), [file], way);
  }
});

test('a link that Kubernetes points elsewhere is told', async (t) => {
  const folder = createFolder(t);
  const file = join(folder, 'config.toml');
  const put = (version: string) => {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, 'config.toml'), version);
    symlinkSync(version, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  };
  put('..1');
  symlinkSync('..data/config.toml', file);
  const { told } = await watchFiles(t, [file]);
  for (const version of ['..2', '..3', '..4']) {
    put(version);
    assert.deepEqual(await told.next(), [file]);
    assert.equal(readFileSync(file, 'utf8'), version);
    rmSync(join(folder, `..${Number(version.slice(2)) - 1}`), { recursive: true });
  }
  writeFileSync(join(folder, '..4', 'config.toml'), 'in place');
  assert.deepEqual(await told.next(), [file]);
});

test('a link to a file elsewhere is told when it is pointed to another, and when the file changes', async (t) => {
  const folder = createFolder(t);
  for (const name of ['a', 'b']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'real.toml'), name);
  }
  const file = join(folder, 'config.toml');
  symlinkSync('a/real.toml', file);
  const { told } = await watchFiles(t, [file]);
  rmSync(file);
  symlinkSync('b/real.toml', file);
  assert.deepEqual(await told.next(), [file]);
  appendFileSync(join(folder, 'b', 'real.toml'), 'more');
  assert.deepEqual(await told.next(), [file]);
});

test('a folder that is exchanged is told', async (t) => {
  const folder = createFolder(t);
  const file = join(folder, 'etc', 'config.toml');
  for (const name of ['etc', 'etc.new']) mkdirSync(join(folder, name));
  writeFileSync(file, 'one');
  writeFileSync(join(folder, 'etc.new', 'config.toml'), 'two');
  const { told } = await watchFiles(t, [file]);
  renameSync(join(folder, 'etc'), join(folder, 'etc.old'));
  renameSync(join(folder, 'etc.new'), join(folder, 'etc'));
  assert.deepEqual(await told.next(), [file]);
  writeFileSync(file, 'three');
  assert.deepEqual(await told.next(), [file]);
});

test('a file that comes only later is told, also in a folder that comes later', async (t) => {
  const folder = createFolder(t);
  const files = [join(folder, 'late.toml'), join(folder, 'no', 'such', 'folder', 'late.toml')];
  const { told } = await watchFiles(t, files);
  for (const file of files) {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, 'here');
    assert.deepEqual(await told.next(), [file]);
    writeFileSync(file, 'changed');
    assert.deepEqual(await told.next(), [file]);
  }
});

test('a file that is missing for a while is told when it is back with other content', async (t) => {
  const { folder, file } = createConfig(t);
  const other = join(folder, 'other');
  writeFileSync(other, 'one');
  const { told } = await watchFiles(t, [file, other]);
  rmSync(file);
  await assertSilent(told, other);
  writeFileSync(file, 'one');
  await assertSilent(told, other);
  rmSync(file);
  await assertSilent(told, other);
  writeFileSync(file, 'two');
  assert.deepEqual(await told.next(), [file]);
});

test('many saves in a second are one change', async (t) => {
  const { file } = createConfig(t);
  const { told } = await watchFiles(t, [file]);
  let save = 0;
  for await (const _ of setInterval(20)) {
    writeFileSync(file, `save ${save}`);
    save += 1;
    if (save === 10) break;
  }
  assert.deepEqual(await told.next(), [file]);
  await assertSilent(told, file);
});

test('a file that never rests is told nevertheless', async (t) => {
  const { file } = createConfig(t);
  const { told } = await watchFiles(t, [file]);
  let isToldTwice = false;
  void told
    .next()
    .then(() => told.next())
    .then(() => {
      isToldTwice = true;
    });
  for await (const _ of setInterval(20)) {
    if (isToldTwice) break;
    appendFileSync(file, '.');
  }
});

test('new times, a new mode and the same content again are no change', async (t) => {
  const { folder, file } = createConfig(t);
  const other = join(folder, 'other');
  writeFileSync(other, 'one');
  const { told } = await watchFiles(t, [file, other]);
  utimesSync(file, 1, 1);
  await assertSilent(told, other);
  chmodSync(file, 0o600);
  writeFileSync(file, 'one');
  await assertSilent(told, other);
});

test('what is undone at once is no change', async (t) => {
  const { folder, file } = createConfig(t);
  const other = join(folder, 'other');
  writeFileSync(other, 'one');
  const { told } = await watchFiles(t, [file, other]);
  writeFileSync(file, 'two');
  writeFileSync(other, 'two');
  writeFileSync(file, 'one');
  assert.deepEqual(await told.next(), [other]);
  await assertSilent(told, other);
});

test('files that change together are one change', async (t) => {
  const folder = createFolder(t);
  const files = ['server.crt', 'server.key'].map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, 'one');
  const { told } = await watchFiles(t, files);
  for (const file of files) writeFileSync(file, 'two');
  assert.deepEqual(await told.next(), files);
});

test('content with the old size and time is told', async (t) => {
  const { file } = createConfig(t);
  const { told } = await watchFiles(t, [file]);
  utimesSync(file, 1, 1);
  writeFileSync(file, 'two');
  utimesSync(file, 1, 1);
  assert.deepEqual(await told.next(), [file]);
});

test('a file that is too large to be a configuration is told once, and again when it is not', async (t) => {
  const { folder, file } = createConfig(t);
  const other = join(folder, 'other');
  writeFileSync(other, 'one');
  const { told } = await watchFiles(t, [file, other]);
  writeFileSync(file, Buffer.alloc(2 * 1024 * 1024));
  assert.deepEqual(await told.next(), [file]);
  appendFileSync(file, 'more');
  await assertSilent(told, other);
  writeFileSync(file, 'one');
  assert.deepEqual(await told.next(), [file]);
});

test('another set of files takes the place of the first', async (t) => {
  const { folder, file } = createConfig(t);
  const [certificate, key] = [join(folder, 'a.crt'), join(folder, 'a.key')];
  for (const path of [certificate, key]) writeFileSync(path, 'one');
  const { told, watcher } = await watchFiles(t, [file, certificate]);
  await watcher.watch([file, key]);
  writeFileSync(certificate, 'two');
  writeFileSync(key, 'two');
  assert.deepEqual(await told.next(), [key]);
  await assertSilent(told, file);
});

test('a change since the caller read the file is told', async (t) => {
  const { file } = createConfig(t);
  const told = new Told();
  const watcher = new ConfigWatcher({ onChange: told.add, logger: silentLogger });
  t.after(() => watcher.close());
  const hash = createHash('sha256').update('what was read').digest('hex');
  await watcher.watch([file], { [file]: hash });
  assert.deepEqual(await told.next(), [file]);
});

test('a watcher may be closed before it watches, twice, and tells nothing afterwards', async (t) => {
  const { file } = createConfig(t);
  const told = new Told();
  const watcher = new ConfigWatcher({ onChange: told.add, logger: silentLogger });
  await watcher.close();
  await watcher.watch([file]);
  await watcher.close();
  const first = await watchFiles(t, [file]);
  const second = await watchFiles(t, [file]);
  await first.watcher.close();
  await assertSilent(second.told, file);
  assert.equal(first.told.waiting + told.waiting, 0);
});

test('a watcher alone does not keep the process alive', async (t) => {
  const { file } = createConfig(t);
  const { lines, ended } = runScript(t, [process.execPath], file, `await watcher.watch([file]);`);
  assert.equal(await ended, 0);
  assert.deepEqual(lines, []);
});

test('where the operating system has no events left, one warning says so, and changes are told', async (t) => {
  const limit = spawn('prlimit', ['--version'], { stdio: 'ignore' });
  const isThere = await new Promise((resolve) => {
    limit.on('error', () => resolve(false)).on('exit', (code) => resolve(code === 0));
  });
  if (!isThere) return t.skip('there is no prlimit to take the descriptors away with');
  const { file } = createConfig(t);
  const { lines, ended } = runScript(
    t,
    ['prlimit', '--nofile=64', process.execPath],
    file,
    `const descriptors = [];
    try {
      for (;;) descriptors.push(openSync('/dev/null'));
    } catch {}
    onWarned = () => {
      for (const descriptor of descriptors) closeSync(descriptor);
      writeFileSync(file, 'two');
    };
    await watcher.watch([file, file + '.2'], { [file]: createHash('sha256').update('one').digest('hex') });
    const alive = setInterval(() => {}, 1000);`,
  );
  assert.equal(await ended, 0);
  assert.equal(lines.length, 2);
  assert.match(lines[0] as string, /looked at every few seconds/);
  assert.deepEqual(JSON.parse(lines[1] as string), [file]);
});

/** Runs a script with a watcher in a process of its own, which ends when something was told. */
function runScript(t: TestContext, command: readonly string[], file: string, text: string) {
  const module = new URL('../../../src/supervisor/config-watcher.ts', import.meta.url).href;
  const script = `
    import { createHash } from 'node:crypto';
    import { closeSync, openSync, writeFileSync } from 'node:fs';
    import { ConfigWatcher } from ${JSON.stringify(module)};
    const file = ${JSON.stringify(file)};
    let onWarned = () => {};
    const watcher = new ConfigWatcher({
      onChange(files) {
        console.log(JSON.stringify(files));
        process.exit();
      },
      logger: {
        warn(fields, message) {
          console.log(message);
          onWarned();
        },
      },
    });
    ${text}`;
  const [program, ...flags] = command as [string];
  const child = spawn(program, [...flags, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      lines.push(...output.split('\n').filter(Boolean));
      resolve(code);
    });
  });
  return { lines, ended };
}
