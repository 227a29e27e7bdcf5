import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { countTo } from '../fixtures/observe/lines.ts';

const PROGRAM = fileURLToPath(new URL('../fixtures/observe/child.ts', import.meta.url));
/** Less than a pipe holds, so that a reader which comes late sees all of them. */
const COUNT = 1000;

for (const end of ['return', 'exit', 'throw', 'reject', 'abort', 'SIGTERM', 'SIGKILL']) {
  test(`every line of a child that ends by ${end} arrives`, async (t) => {
    const child = start(t, [COUNT, end]);
    const lines = (await text(child.stdout!)).split('\n').slice(0, -1);
    assert.deepEqual(numbersOf(lines), countTo(COUNT));
    assert.match(
      lines[0] ?? '',
      /^\{"timestamp":"[^"]+Z","level":"INFO","target":"millrace\.worker","message":"line 0"\}$/,
    );
  });
}

test('the last words before a kill arrive', async (t) => {
  const child = start(t, [COUNT, 'fatal']);
  const lines = (await text(child.stdout!)).split('\n').slice(0, -1);
  assert.deepEqual(numbersOf(lines), countTo(COUNT + 1));
  assert.equal(JSON.parse(lines.at(-1) ?? '').level, 'FATAL');
});

test('a child works on while the supervisor does not read, and tells later how much was lost', async (t) => {
  const count = 20_000;
  const child = start(t, [count, 'stay'], ['ipc']);
  child.stdout!.pause();
  await once(child, 'message');
  let output = '';
  for await (const chunk of child.stdout!.setEncoding('utf8')) {
    output += chunk;
    if (child.connected && output.includes('lost_lines')) child.send('read', () => {});
  }
  const lines = output.split('\n').slice(0, -1);
  const lost = lines.map((line) => JSON.parse(line).lost_lines).find((value) => value !== undefined);
  assert.ok(lost > 0);
  const numbers = numbersOf(lines.filter((line) => /"line \d+"/.test(line)));
  assert.equal(numbers.length + lost, count);
  assert.deepEqual(numbers, countTo(numbers.length));
  assert.equal(JSON.parse(lines.at(-1) ?? '').message, 'line last');
});

test('a child whose supervisor never reads ends all the same', async (t) => {
  const child = start(t, [20_000, 'exit']);
  child.stdout!.pause();
  assert.deepEqual(await once(child, 'exit'), [3, null]);
});

test('a child under the permission model does not wait for a supervisor either', async (t) => {
  const child = start(t, [20_000, 'exit'], [], ['--permission', '--allow-fs-read=*']);
  child.stdout!.pause();
  assert.deepEqual(await once(child, 'exit'), [3, null]);
});

test('a child whose supervisor has closed the pipe goes on and ends as it wants', async (t) => {
  const child = start(t, [20_000, 'exit']);
  child.stdout!.destroy();
  assert.deepEqual(await once(child, 'exit'), [3, null]);
});

function start(
  t: TestContext,
  args: readonly (string | number)[],
  extra: readonly 'ipc'[] = [],
  flags: readonly string[] = [],
): ChildProcess {
  const child = spawn(process.execPath, [...flags, PROGRAM, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'ignore', ...extra],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

function numbersOf(lines: readonly string[]): number[] {
  return lines.map((line) => Number(/^line (\d+)$/.exec(JSON.parse(line).message)?.[1]));
}
