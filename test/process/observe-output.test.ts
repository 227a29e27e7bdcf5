import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { countTo, listFiles, readNumbers, readText } from '../fixtures/observe/lines.ts';
import { createFolder } from '../support/folder.ts';

const PROGRAM = fileURLToPath(new URL('../fixtures/observe/output.ts', import.meta.url));
const COUNT = 3000;

for (const [end, code] of [
  ['close', 0],
  ['exit', 3],
] as const) {
  test(`every line is in the file and on the console when the process ends by ${end}`, async (t) => {
    const { child, folder } = start(t, COUNT, end, 'pipe');
    const console = text(child.stdout!);
    assert.deepEqual(await once(child, 'exit'), [code, null]);
    assert.deepEqual(sorted(readNumbers(folder)), countTo(COUNT));
    // An exit has no time to rotate.
    if (end === 'close') assert.ok(listFiles(folder).length > 1);
    assert.equal((await console).split('\n').length - 1, COUNT);
  });
}

test('a crash loses no line, and is told in the file', async (t) => {
  const { child, folder } = start(t, COUNT, 'throw', 'ignore');
  await once(child, 'exit');
  const lines = readText(folder).split('\n').slice(0, -1);
  const crash = lines.map((line) => JSON.parse(line)).find(({ level }) => level === 'FATAL');
  assert.equal(crash.error.message, 'a mistake');
  assert.match(crash.error.stack, /output\.ts/);
  assert.equal(lines.length, COUNT + 1);
});

test('a fatal message and all before it survive a kill that follows at once', async (t) => {
  const { child, folder } = start(t, COUNT, 'fatal', 'ignore');
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
  assert.deepEqual(sorted(readNumbers(folder)), countTo(COUNT + 1));
});

for (const end of ['close', 'exit']) {
  test(`a console that nobody reads stops neither the file nor the end by ${end}`, async (t) => {
    const count = 50_000;
    const { child, folder } = start(t, count, end, 'pipe');
    child.stdout!.pause();
    await once(child, 'exit');
    assert.deepEqual(sorted(readNumbers(folder)), countTo(count));
  });
}

test('a console that is closed stops nothing, and is told in the file', async (t) => {
  const { child, folder } = start(t, COUNT, 'close', 'pipe');
  child.stdout!.destroy();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  const lines = readText(folder).split('\n').slice(0, -1);
  assert.equal(lines.length, COUNT + 1);
  assert.equal(lines.filter((line) => line.includes('the console is closed (EPIPE)')).length, 1);
});

test('a console on a full disk stops nothing', async (t) => {
  const full = openSync('/dev/full', 'w');
  t.after(() => closeSync(full));
  const { child, folder } = start(t, COUNT, 'close', full);
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  assert.deepEqual(readNumbers(folder), countTo(COUNT));
});

test('a console that is a file has every line', async (t) => {
  const path = join(createFolder(t), 'console');
  const fd = openSync(path, 'w');
  t.after(() => closeSync(fd));
  const { child } = start(t, COUNT, 'exit', fd, 'compact');
  await once(child, 'exit');
  assert.equal(
    readFileSync(path, 'utf8'),
    countTo(COUNT)
      .map((i) => `INFO line ${i}\n`)
      .join(''),
  );
});

function start(
  t: TestContext,
  count: number,
  end: string,
  stdout: 'pipe' | 'ignore' | number,
  format = 'json',
) {
  const folder = createFolder(t);
  const args = [PROGRAM, join(folder, 'server.log'), String(count), end, format];
  const child = spawn(process.execPath, args, { stdio: ['ignore', stdout, 'ignore'] });
  t.after(() => child.kill('SIGKILL'));
  return { child, folder };
}

/** What is written at the end may stand beside a rotation that has begun. */
function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}
