import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LoggingConfig } from '../../../src/config/types.generated.ts';
import { LogOutput } from '../../../src/observe/log-output.ts';
import { createSupervisorLogger } from '../../../src/observe/logger.ts';
import { countTo, listFiles, readNumbers } from '../../fixtures/observe/lines.ts';
import { createFolder } from '../../support/folder.ts';

const LINE =
  '{"timestamp":"2024-01-01T12:00:00.000Z","level":"INFO","target":"millrace.worker","message":"message","port":1}';

test('the file has JSON while the console is readable', async (t) => {
  const { output, folder, readConsole } = await startOutput(t, { format: 'pretty' });
  output.write(LINE);
  await output.close();
  assert.equal(readFileSync(join(folder, 'server.log'), 'utf8'), `${LINE}\n`);
  assert.equal(readConsole(), '2024-01-01T12:00:00.000Z  INFO millrace.worker: message port=1\n');
});

test('each format writes exactly its text to the console', async (t) => {
  for (const [format, expected] of [
    ['json', LINE],
    ['pretty', '2024-01-01T12:00:00.000Z  INFO millrace.worker: message port=1'],
    ['compact', 'INFO message port=1'],
  ] as const) {
    const { output, readConsole } = await startOutput(t, { format });
    output.write(LINE);
    await output.close();
    assert.equal(readConsole(), `${expected}\n`);
  }
});

test('a console that is off gets nothing, and the file everything', async (t) => {
  const { output, folder, readConsole } = await startOutput(t, { console: 'off' });
  output.write(LINE);
  await output.close();
  assert.equal(readConsole(), '');
  assert.equal(readFileSync(join(folder, 'server.log'), 'utf8'), `${LINE}\n`);
});

test('without a file the console alone is written', async (t) => {
  const { output, folder, readConsole } = await startOutput(t, { file: '' });
  output.write(LINE);
  await output.reopen();
  await output.close();
  assert.equal(readConsole(), `${LINE}\n`);
  assert.deepEqual(listFiles(folder), []);
});

test('what is no record becomes a warning of the process that printed it', async (t) => {
  const { output } = await startOutput(t, {});
  output.write('{ stray: true }', 'millrace.store');
  output.write('    at file:///x.js', 'millrace.worker');
  const records = output.tail(2).map((line) => JSON.parse(line));
  assert.deepEqual(
    records.map(({ level, target, message }) => [level, target, message]),
    [
      ['WARN', 'millrace.store', '{ stray: true }'],
      ['WARN', 'millrace.worker', '    at file:///x.js'],
    ],
  );
});

test('a record of a process is written in our own form, whatever its own was', async (t) => {
  const { output } = await startOutput(t, {});
  output.write(
    '{ "message": "a\\u001b[2J", "target": "millrace.worker", "level": "INFO", "k": "\u009b2J", "timestamp": "2024-01-01T12:00:00.000Z" }',
  );
  assert.deepEqual(output.tail(1), [
    '{"timestamp":"2024-01-01T12:00:00.000Z","level":"INFO","target":"millrace.worker","message":"a\\u001b[2J","k":"\\u009b2J"}',
  ]);
});

test('the last error of any process is known', async (t) => {
  const { output } = await startOutput(t, {});
  assert.equal(output.lastError, null);
  output.write(LINE.replace('INFO', 'ERROR'));
  output.write(LINE.replace('INFO', 'WARN').replace('"message":"message"', '"message":"later"'));
  assert.deepEqual(output.lastError, { timestamp: '2024-01-01T12:00:00.000Z', message: 'message' });
});

test('a file that cannot be opened stops the start', async (t) => {
  const folder = createFolder(t);
  mkdirSync(join(folder, 'server.log'));
  const output = new LogOutput(createConfig(folder, {}), { stdout: { fd: 1 } });
  await assert.rejects(output.start(), { code: 'ERR_LOG_FILE' });
});

test('an update moves to a new file without losing a line, and changes the format', async (t) => {
  const { output, folder, readConsole } = await startOutput(t, { format: 'json' });
  const logger = createSupervisorLogger(output, 'info');
  for (let i = 0; i < 1000; i += 1) logger.info(`line ${i}`);
  const updated = output.update(createConfig(folder, { file: join(folder, 'other.log'), format: 'compact' }));
  for (let i = 1000; i < 2000; i += 1) logger.info(`line ${i}`);
  await updated;
  for (let i = 2000; i < 3000; i += 1) logger.info(`line ${i}`);
  await output.close();
  const numbers = [...readNumbers(folder, 'server.log'), ...readNumbers(folder, 'other.log')];
  assert.deepEqual(
    numbers.toSorted((a, b) => a - b),
    countTo(3000),
  );
  assert.match(readConsole(), /\nINFO line 2999\n$/);
});

test('an update to a file that cannot be opened changes nothing', async (t) => {
  const { output, folder, readConsole } = await startOutput(t, { format: 'json' });
  mkdirSync(join(folder, 'a folder'));
  const config = createConfig(folder, { file: join(folder, 'a folder'), format: 'compact', level: 'error' });
  const logger = createSupervisorLogger(output, 'info');
  await assert.rejects(output.update(config), { code: 'ERR_LOG_FILE' });
  logger.info('line 0');
  await output.close();
  assert.deepEqual(readNumbers(folder), [0]);
  assert.match(readConsole(), /^\{/);
});

test('an update changes the rotation of the open file', async (t) => {
  const { output, folder } = await startOutput(t, { rotation: false });
  const logger = createSupervisorLogger(output, 'info');
  for (let i = 0; i < 100; i += 1) logger.info(`line ${i}`);
  await output.update(createConfig(folder, { max_size_mb: 0.002, max_files: 100 }));
  for (let i = 100; i < 200; i += 1) logger.info(`line ${i}`);
  await output.close();
  assert.ok(listFiles(folder).length > 5);
  assert.deepEqual(readNumbers(folder), countTo(200));
});

test('close without start, and close twice, do nothing', async (t) => {
  const output = new LogOutput(createConfig(createFolder(t), {}), { stdout: { fd: 1 } });
  await output.close();
  const { output: started } = await startOutput(t, {});
  await started.close();
  await started.close();
});

test('no handler of the process is left behind', async (t) => {
  const before = process.eventNames().map((name) => [name, process.listenerCount(name)]);
  const { output } = await startOutput(t, {});
  await output.close();
  assert.deepEqual(
    process.eventNames().map((name) => [name, process.listenerCount(name)]),
    before,
  );
});

async function startOutput(t: TestContext, changes: Partial<LoggingConfig>) {
  const folder = createFolder(t);
  const console = join(createFolder(t), 'console');
  const fd = openSync(console, 'a');
  t.after(() => closeSync(fd));
  const output = new LogOutput(createConfig(folder, changes), { stdout: { fd } });
  await output.start();
  t.after(() => output.close());
  return { output, folder, readConsole: () => readFileSync(console, 'utf8') };
}

function createConfig(folder: string, changes: Partial<LoggingConfig>): LoggingConfig {
  return {
    level: 'info',
    format: 'json',
    file: join(folder, 'server.log'),
    rotation: true,
    max_size_mb: 1,
    max_files: 3,
    console: 'auto',
    ...changes,
  };
}
