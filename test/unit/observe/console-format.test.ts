import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseFormat, formatCompact } from '../../../src/observe/console-format.ts';
import { encodeLine } from '../../../src/observe/log-line.ts';
import type { LogRecord } from '../../../src/observe/log-record.ts';
import { createPretty } from '../../../src/observe/pretty.ts';

const RECORD: LogRecord = {
  timestamp: '2024-01-01T12:00:00.000Z',
  level: 'INFO',
  target: 'millrace.worker',
  message: 'message',
};
const TERMINAL = { fd: 1, isTTY: true };
const PIPE = { fd: 1 };
const pretty = createPretty(false);

test('pretty is time, level, target and message', () => {
  assert.equal(pretty(RECORD), '2024-01-01T12:00:00.000Z  INFO millrace.worker: message');
  assert.equal(
    pretty({ ...RECORD, level: 'ERROR' }),
    '2024-01-01T12:00:00.000Z ERROR millrace.worker: message',
  );
});

test('compact is level and message', () => {
  assert.equal(formatCompact(RECORD), 'INFO message');
});

test('pretty and compact add the fields', () => {
  const fields = {
    port: 8443,
    file: '/var/log/x.log',
    text: 'two words',
    empty: '',
    list: [1, 'a'],
    error: { code: 'ERR_X', message: 'not "here"' },
    none: {},
    'a b': null,
  };
  const expected =
    ' port=8443 file=/var/log/x.log text="two words" empty="" list=[1,"a"]' +
    ' error.code=ERR_X error.message="not \\"here\\"" none={} "a b"=null';
  assert.equal(formatCompact({ ...RECORD, ...fields }), `INFO message${expected}`);
  assert.equal(
    pretty({ ...RECORD, ...fields }),
    `2024-01-01T12:00:00.000Z  INFO millrace.worker: message${expected}`,
  );
});

const FORGED = '2024-01-01T12:00:00.000Z  INFO millrace.supervisor: stopped';

for (const [name, format] of [
  ['pretty', pretty],
  ['pretty in colour', createPretty(true)],
  ['compact', formatCompact],
  ['json', encodeLine],
] as const) {
  for (const separator of [
    '\n',
    '\r',
    '\r\n',
    '\u2028',
    '\u0085',
    '\u000b',
    '\u001b[1A\r',
    '\u009b2K\r',
    '\u202e',
  ]) {
    test(`no part of a record forges a line in ${name} with ${JSON.stringify(separator)}`, () => {
      const forged = `x${separator}${FORGED}`;
      const line = format({
        ...RECORD,
        target: forged,
        message: forged,
        field: forged,
        [forged]: 1,
        // pino-pretty prints these with their line breaks when it is left to itself.
        type: 'Error',
        stack: forged,
        err: { type: 'Error', message: forged, stack: forged },
        nested: { deep: [forged] },
      });
      const text = line.replace(/\u001b\[\d{1,2}m/g, '');
      assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
    });
  }
}

test('pretty in colour says the same as without', () => {
  for (const level of ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const) {
    const record = { ...RECORD, level, port: 1 };
    const colored = createPretty(true)(record);
    assert.match(colored, /\u001b\[/);
    assert.equal(colored.replace(/\u001b\[\d{1,2}m/g, ''), pretty(record));
  }
});

test('auto is pretty on a terminal and the format elsewhere', async () => {
  const config = { console: 'auto', format: 'json' } as const;
  assert.equal((await chooseFormat(config, PIPE, {}))?.(RECORD), encodeLine(RECORD));
  assert.match((await chooseFormat(config, TERMINAL, {}))?.(RECORD) ?? '', /INFO.*millrace\.worker:/);
  const compact = await chooseFormat({ console: 'auto', format: 'compact' }, PIPE, {});
  assert.equal(compact?.(RECORD), 'INFO message');
});

test('a console that is named is used on a terminal too, and off writes nothing', async () => {
  const json = await chooseFormat({ console: 'json', format: 'pretty' }, TERMINAL, {});
  assert.equal(json?.(RECORD), encodeLine(RECORD));
  assert.equal(await chooseFormat({ console: 'off', format: 'json' }, TERMINAL, {}), undefined);
});

test('only a terminal gets colour, and NO_COLOR is respected', async () => {
  const config = { console: 'pretty', format: 'json' } as const;
  const isColored = async (stream: { fd: number; isTTY?: boolean }, env: NodeJS.ProcessEnv) =>
    (await chooseFormat(config, stream, env))?.(RECORD).includes('\u001b');
  assert.equal(await isColored(TERMINAL, {}), true);
  assert.equal(await isColored(PIPE, {}), false);
  assert.equal(await isColored(TERMINAL, { NO_COLOR: '1' }), false);
  assert.equal(await isColored(TERMINAL, { TERM: 'dumb' }), false);
  assert.equal(await isColored(PIPE, { FORCE_COLOR: '1' }), true);
});
