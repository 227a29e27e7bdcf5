import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { linesAfter } from '../../../src/cli/logs/lines-after.ts';
import type { ControlStream } from '../../../src/supervisor/control-stream.ts';
import { createFolder } from '../../support/folder.ts';
import { answerControl, run, spawnVerb } from './answering-server.ts';

function line(second: number, message: string, level = 'INFO'): string {
  const timestamp = `2026-11-21T10:00:${String(second).padStart(2, '0')}.000Z`;
  return JSON.stringify({ timestamp, level, target: 'millrace.worker', message, port: 1 });
}

/** The verb while it runs, and its output by the line. */
function startVerb(t: TestContext, folder: string, ...args: string[]) {
  const child = spawnVerb(folder, 'logs', ...args);
  t.after(() => child.kill('SIGKILL'));
  const out = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const news = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
  return { child, out, news };
}

test('the last lines are readable, of the level asked for, or as they are in the file', async (t) => {
  const folder = createFolder(t);
  const lines = [line(1, 'one', 'ERROR'), line(2, 'two'), line(3, 'three\u001b[2J', 'WARN'), 'no record'];
  await answerControl(t, folder, { tail: async () => ({ lines }) });
  assert.equal(
    (await run(folder, 'logs', '-n', '2')).stdout,
    '2026-11-21T10:00:03.000Z  WARN millrace.worker: three\\u001b[2J port=1\nno record\n',
  );
  const { stdout } = await run(folder, 'logs', '--json', '--level', 'warn', '-n', '2');
  assert.equal(stdout, `${lines[2]}\nno record\n`);
  assert.equal((await run(folder, 'logs', '-n', '0')).stdout, '');
});

test('without a server its log file is read, and that is said', async (t) => {
  const folder = createFolder(t);
  const file = join(folder, 'server.log');
  writeFileSync(join(folder, 'config.toml'), '[logging]\nfile = "server.log"\n');
  assert.equal((await run(folder, 'logs')).code, 69);
  writeFileSync(file, `${line(1, 'one')}\n${line(2, 'two')}\nhalf a li`);
  const { code, stdout, stderr } = await run(folder, 'logs', '--json');
  assert.equal(stdout, `${line(1, 'one')}\n${line(2, 'two')}\n`);
  assert.match(stderr, /no server runs here; .*; the last lines of .*server\.log:/);
  assert.equal(code, 0);
});

test('without a server and a log file there is nothing to show', async (t) => {
  const { code, stderr } = await run(createFolder(t), 'logs');
  assert.match(stderr, /no server runs here/);
  assert.equal(code, 69);
});

test('-f goes on over a restart of the server, through its file, without a repeat', async (t) => {
  const folder = createFolder(t);
  const file = join(folder, 'server.log');
  writeFileSync(join(folder, 'config.toml'), '[logging]\nfile = "server.log"\n');
  writeFileSync(file, '');
  const memory = [line(1, 'one'), line(2, 'two')];
  const opened = Promise.withResolvers<ControlStream>();
  const first = await answerControl(t, folder, {
    tail: async (_params, { openStream }) => {
      opened.resolve(openStream('line'));
      return { lines: memory };
    },
  });
  const { child, out, news } = startVerb(t, folder, '-f', '--json', '-n', '1');
  assert.equal((await out.next()).value, line(2, 'two'));
  (await opened.promise).send({ line: line(3, 'three') });
  assert.equal((await out.next()).value, line(3, 'three'));

  await first.close();
  assert.match(String((await news.next()).value), /the server has gone; waiting for it/);
  appendFileSync(file, `${line(3, 'three')}\n${line(4, 'stopped')}\n`);
  assert.equal((await out.next()).value, line(4, 'stopped'));

  await answerControl(t, folder, {
    tail: async (_params, { openStream }) => {
      openStream('line');
      return { lines: [line(4, 'stopped'), line(5, 'started')] };
    },
  });
  assert.match(String((await news.next()).value), /the server is there/);
  assert.equal((await out.next()).value, line(5, 'started'));
  const closed = once(child, 'close');
  child.kill('SIGINT');
  assert.deepEqual(await closed, [null, 'SIGINT']);
});

test('-f ends when nobody reads what it prints', async (t) => {
  const folder = createFolder(t);
  const opened = Promise.withResolvers<ControlStream>();
  await answerControl(t, folder, {
    tail: async (_params, { openStream }) => {
      opened.resolve(openStream('line'));
      return { lines: [line(1, 'one')] };
    },
  });
  const { child, out, news } = startVerb(t, folder, '-f');
  await out.next();
  const closed = once(child, 'exit');
  child.stdout.destroy();
  const stream = await opened.promise;
  stream.send({ line: line(2, 'two') });
  assert.deepEqual(await closed, [0, null]);
  assert.equal((await news.next()).done, true);
});

test('what follows the last line seen is found by the line, else by its time', () => {
  const [a, b, c] = [line(1, 'a'), line(2, 'b'), line(3, 'c')] as const;
  assert.deepEqual(linesAfter(undefined, [a, b]), [a, b]);
  assert.deepEqual(linesAfter(b, [a, b, c]), [c]);
  assert.deepEqual(linesAfter(c, [a, b, c]), []);
  assert.deepEqual(linesAfter(b, [a, c]), [c]);
  assert.deepEqual(linesAfter(b, [a, 'no record', c]), ['no record', c]);
});
