import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoggingConfig } from '../../../src/config/types.generated.ts';
import { LogOutput } from '../../../src/observe/log-output.ts';
import { createSupervisorLogger, type Logger } from '../../../src/observe/logger.ts';

const CONFIG: LoggingConfig = {
  level: 'info',
  format: 'json',
  file: '',
  rotation: true,
  max_size_mb: 1,
  max_files: 3,
  console: 'off',
};

test('a message is a line with the four keys in order, in UTC with milliseconds', () => {
  const { logger, last } = createLogger();
  logger.info('Server started');
  assert.match(
    last(),
    /^\{"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"INFO","target":"millrace\.supervisor","message":"Server started"\}$/,
  );
});

test('each level is written in capitals', () => {
  const { logger, last } = createLogger();
  logger.level = 'trace';
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) {
    logger[level]('x');
    assert.equal(JSON.parse(last()).level, level.toUpperCase());
  }
});

test('fields follow the message', () => {
  const { logger, last } = createLogger();
  logger.warn({ port: 8443, tls: true }, 'listening');
  assert.match(last(), /"message":"listening","port":8443,"tls":true\}$/);
});

test('a placeholder in a message stays as it is', () => {
  const { logger, last } = createLogger();
  logger.info({ a: 1 }, '100 %d %s %% %o');
  assert.equal(JSON.parse(last()).message, '100 %d %s %% %o');
});

test('an error is told by code and message, with or without a message of its own', () => {
  const { logger, last } = createLogger();
  const error = Object.assign(new Error('no room'), { code: 'ERR_X' });
  logger.error({ error }, 'cannot write');
  assert.match(last(), /"message":"cannot write","error":\{"code":"ERR_X","message":"no room"\}\}$/);
  logger.error({ error });
  assert.match(last(), /"message":"no room","error":\{"code":"ERR_X","message":"no room"\}\}$/);
  logger.error(error);
  assert.match(last(), /"message":"no room","error":\{"code":"ERR_X","message":"no room"\}\}$/);
});

test('no field stands in for what every line has, and no key comes twice', () => {
  const { logger, last } = createLogger();
  const names = ['timestamp', 'level', 'target', 'message', 'msg', 'time', 'pid', 'hostname', 'v'];
  const fields = Object.fromEntries(names.map((name) => [name, 'forged']));
  for (const [tell, message] of [
    [() => logger.warn(fields, 'true'), 'true'],
    [() => logger.child(fields).warn('true'), 'true'],
    [() => logger.child(fields).warn(fields, 'true'), 'true'],
    [() => logger.warn({ ...fields, message: 'the only one' }), 'the only one'],
  ] as const) {
    tell();
    const line = last();
    const keys = [...line.matchAll(/"(\w+)":/g)].map(([, key]) => key);
    assert.deepEqual(keys, [...new Set(keys)]);
    const record = JSON.parse(line);
    assert.equal(record.level, 'WARN');
    assert.equal(record.target, 'millrace.supervisor');
    assert.equal(record.message, message);
    assert.match(record.timestamp, /^\d{4}-/);
    assert.equal(record.msg, 'forged');
    assert.equal(record.pid, 'forged');
  }
});

test('a renamed field is still there', () => {
  const { logger, last } = createLogger();
  logger.info({ level: 3, message: 'of the field' }, 'own');
  assert.match(last(), /"message":"own","field_level":3,"field_message":"of the field"\}$/);
});

test('a child logger adds its fields, whatever they are', () => {
  const { logger, last } = createLogger();
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  logger.child({ connection: 7, big: 2n ** 64n, circle }).info({ bytes: 1 }, 'closed');
  assert.match(
    last(),
    /"message":"closed","connection":7,"big":"18446744073709551616","circle":\{"self":"\[circular\]"\},"bytes":1\}$/,
  );
});

test('values that JSON cannot hold do not stop a message', () => {
  const { logger, last } = createLogger();
  const circle: Record<string, unknown> = { big: 12345678901234567890n };
  circle.self = circle;
  logger.info({ circle, huge: 'x'.repeat(1_000_000) }, 'still here');
  const record = JSON.parse(last());
  assert.equal(record.message, 'still here');
  assert.deepEqual(record.circle, { big: '12345678901234567890', self: '[circular]' });
  assert.deepEqual(record.dropped_fields, ['huge']);
});

test('less important messages are not written, and the level of the output is followed live', async () => {
  const { logger, output } = createLogger();
  const child = logger.child({ a: 1 });
  child.debug('no');
  await output.update({ ...CONFIG, level: 'debug' });
  child.debug('yes');
  logger.debug('yes');
  await output.update({ ...CONFIG, level: 'warn' });
  child.info('no');
  logger.info('no');
  assert.deepEqual(
    output.tail(10).map((line) => JSON.parse(line).message),
    ['yes', 'yes'],
  );
});

function createLogger(): { logger: Logger; output: LogOutput; last: () => string } {
  const output = new LogOutput(CONFIG, { stdout: { fd: 1 } });
  return {
    output,
    logger: createSupervisorLogger(output, 'info'),
    last: () => output.tail(1)[0] ?? '',
  };
}
