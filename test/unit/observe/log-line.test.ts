import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLine, encodeLine, LINE_BYTES_MAX } from '../../../src/observe/log-line.ts';
import type { LogRecord } from '../../../src/observe/log-record.ts';
import { createRecord } from '../../../src/observe/log-record.ts';

const RECORD: LogRecord = {
  timestamp: '2024-01-01T12:00:00.000Z',
  level: 'INFO',
  target: 'millrace.worker',
  message: 'Server started',
};

test('a line has time, level, target and message in this order, then the fields', () => {
  assert.equal(
    encodeLine({ 1: 'one', port: 8443, ...RECORD }),
    '{"timestamp":"2024-01-01T12:00:00.000Z","level":"INFO","target":"millrace.worker",' +
      '"message":"Server started","1":"one","port":8443}',
  );
});

test('a line is one line, and holds nothing that drives a terminal or turns the text', () => {
  const message = 'a\nb\rc\u0000d\u001b[2Je\u007ff\u009b2Jg\u2028h\u202ei\u2066j';
  const line = encodeLine({ ...RECORD, message, 'k\u009b\n': 1 });
  assert.doesNotMatch(line, /[^\u0020-\u007e]/);
  assert.equal(decodeLine(line)?.message, message);
  assert.equal(decodeLine(line)?.['k\u009b\n'], 1);
});

test('text outside ASCII stays readable', () => {
  assert.match(encodeLine({ ...RECORD, message: 'Grüße 日本 🙂' }), /Grüße 日本 🙂/);
});

test('a line that is too long keeps its head, drops the fields without room, and says so', () => {
  const line = encodeLine({
    ...RECORD,
    message: 'm\u0001'.repeat(100_000),
    small: 1,
    big: 'b'.repeat(100_000),
  });
  assert.ok(Buffer.byteLength(line) <= LINE_BYTES_MAX);
  const record = decodeLine(line);
  assert.equal(record?.small, 1);
  assert.equal(record?.big, undefined);
  assert.deepEqual(record?.dropped_fields, ['big']);
  assert.ok((record?.shortened_from_bytes as number) > 800_000);
  assert.match(record?.message ?? '', /^(m\u0001){1000}/);
});

test('a line with thousands of long keys fits as well', () => {
  const fields = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`${i}-${'k'.repeat(500)}`, i]));
  const line = encodeLine({ ...RECORD, ...fields });
  assert.ok(Buffer.byteLength(line) <= LINE_BYTES_MAX);
  assert.deepEqual((decodeLine(line)?.dropped_fields as string[] | undefined)?.length, 20);
});

test('a cut message ends between two characters', () => {
  const record = decodeLine(encodeLine({ ...RECORD, message: `x${'🙂'.repeat(50_000)}` }));
  assert.ok(record?.message.isWellFormed());
});

test('a stray line of a process becomes a warning of that process', () => {
  const record = decodeLine(
    encodeLine(createRecord('millrace.store', 'WARN', 'TypeError: x\n{"level":"INFO"}')),
  );
  assert.equal(record?.level, 'WARN');
  assert.equal(record?.target, 'millrace.store');
  assert.equal(record?.message, 'TypeError: x\n{"level":"INFO"}');
});

test('only a whole record is taken for one', () => {
  const line = encodeLine(RECORD);
  assert.deepEqual(decodeLine(line), RECORD);
  for (const stray of [
    '',
    'text',
    '{ a: 1 }',
    '[]',
    'null',
    line.slice(0, -1),
    line.replace('INFO', 'info'),
    line.replace('INFO', 'NOTICE'),
    line.replace('"INFO"', '30'),
    line.replace('2024', 'x'),
    line.replace('"message"', '"msg"'),
    line.replace('"target"', '"name"'),
  ]) {
    assert.equal(decodeLine(stray), undefined, stray);
  }
});
