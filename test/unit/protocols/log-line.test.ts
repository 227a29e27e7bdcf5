import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTextRanges, viewBytes, writeLine, writeRecord } from '../../../src/protocols/log-line.ts';
import { type LogRecord, TEXT_FIELDS } from '../../../src/protocols/log-record.ts';
import { anyRecord, expectFields, FORMATS, openBatch, readBatch } from '../../support/log-frames.ts';

const EXAMPLE: LogRecord = {
  timestamp: '2025-01-15T10:30:45.123Z',
  hostname: 'myhost',
  loggerName: 'app_logger',
  level: 'info',
  filename: 'main.py',
  functionName: 'process_data',
  lineNumber: '42',
  message: 'Processing started',
};

function writeOne(format: (typeof FORMATS)[number], record: LogRecord): string {
  const batch = openBatch(format);
  writeRecord(batch, record);
  return readBatch(batch);
}

/** The line of a message whose text is these bytes, which need not be UTF-8. */
function writeBytes(format: (typeof FORMATS)[number], field: string, bytes: Uint8Array): string {
  const batch = openBatch(format);
  const ranges = createTextRanges();
  ranges[2 * TEXT_FIELDS.indexOf(field as never) + 1] = bytes.length;
  writeLine(batch, viewBytes(bytes), ranges, 0);
  return readBatch(batch);
}

/** The columns by the words of the format's description, from strings. */
function describeLine(record: LogRecord, isFixed: boolean): string {
  const escapeText = (text: string, isColumn: boolean) =>
    Buffer.from(text || '-')
      .toString()
      .replace(isColumn ? /[\x00-\x20\x7f\\]/g : /[\x00-\x1f\x7f\\]/g, (char) => {
        const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }[char];
        return short ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
      });
  const pad = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - [...text].length));
  const column = (text: string | undefined, width: number) =>
    isFixed ? pad(escapeText(text ?? '', true), width) : escapeText(text ?? '', true);
  const { level } = expectFields(record);
  const lineNumber = escapeText(record.lineNumber ?? '', true);
  return [
    isFixed ? '         0' : '0',
    column(record.timestamp, 24),
    column(record.hostname, 16),
    column(record.loggerName, 20),
    column(level as string, 8),
    column(record.filename, 24),
    column(record.functionName, 24),
    isFixed ? ' '.repeat(Math.max(0, 6 - [...lineNumber].length)) + lineNumber : lineNumber,
    `${escapeText(record.message ?? '', false)}\n`,
  ].join(' ');
}

test('a plain line has one space between its fields', () => {
  assert.equal(
    writeOne('plain', EXAMPLE),
    '0 2025-01-15T10:30:45.123Z myhost app_logger INFO main.py process_data 42 Processing started\n',
  );
});

test('a fixed line has columns', () => {
  assert.equal(
    writeOne('fixed', EXAMPLE),
    '         0 2025-01-15T10:30:45.123Z myhost           app_logger           INFO     main.py                  ' +
      'process_data                 42 Processing started\n',
  );
});

test('a json line has the sequence and sixteen fields in the order of the schema', () => {
  const fields = JSON.parse(writeOne('json', EXAMPLE));
  assert.deepEqual(fields, expectFields(EXAMPLE));
  assert.deepEqual(Object.keys(fields), [
    'sequence',
    ...TEXT_FIELDS.slice(0, 4),
    'level',
    ...TEXT_FIELDS.slice(4),
  ]);
});

test('an empty value is a dash in columns and an empty string in json', () => {
  assert.equal(writeOne('plain', {}), '0 - - - NOTSET - - - -\n');
  assert.equal(writeOne('fixed', {}), describeLine({}, true));
  assert.deepEqual(JSON.parse(writeOne('json', {})), expectFields({}));
});

test('a value longer than its column is kept whole', () => {
  const record = Object.fromEntries(TEXT_FIELDS.map((field) => [field, `${field}-`.repeat(9)]));
  const line = writeOne('fixed', record);
  assert.match(line, / (lineNumber-){9} (message-){9}\n$/);
  assert.equal(line, describeLine(record, true));
});

test('a level without a name is shown as its number', () => {
  assert.match(writeOne('plain', { level: 4711 }), /^0 - - - 4711 - /);
  assert.match(writeOne('fixed', { level: 12 }), / - {20}12 {7}- /);
  assert.equal(JSON.parse(writeOne('json', { level: -1 })).level, '-1');
});

test('control characters and backslashes are escaped, spaces only outside of the message', () => {
  const record = { hostname: 'a b\n', functionName: '\x7f', message: 'a b\n\r\t\\\x00\x1b[0m' };
  assert.equal(
    writeOne('plain', record),
    '0 - a\\x20b\\n - NOTSET - \\x7f - a b\\n\\r\\t\\\\\\x00\\x1b[0m\n',
  );
});

test('columns are padded by characters and not by bytes', () => {
  const line = writeOne('fixed', { ...EXAMPLE, hostname: 'hööst🌍', lineNumber: '世' });
  assert.match(line, / hööst🌍 {10} app_logger /);
  assert.match(line, / process_data {13} {5}世 /);
});

test('every record becomes the line that the format describes', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      assert.equal(writeOne('plain', record), describeLine(record, false));
      assert.equal(writeOne('fixed', record), describeLine(record, true));
      assert.deepEqual(JSON.parse(writeOne('json', record)), expectFields(record));
    }),
  );
});

test('bytes that are not UTF-8 become U+FFFD as the WHATWG decoder has it', () => {
  const pieces = fc.constantFrom(
    ...[
      '80',
      'c0af',
      'e08080',
      'eda080',
      'f08f8080',
      'f4908080',
      'f5',
      'ff',
      'c3',
      'e4b8',
      'f09f8c',
      'c3bc',
      'f09f8c8d',
      '61',
      'efbbbf',
    ],
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(pieces, { maxLength: 12 }).map((parts) => Buffer.from(parts.join(''), 'hex')),
  );
  fc.assert(
    fc.property(bytes, (value) => {
      const text = Buffer.from(value).toString();
      assert.equal(JSON.parse(writeBytes('json', 'message', value)).message, text);
      assert.equal(writeBytes('plain', 'message', value), describeLine({ message: text }, false));
      assert.equal(writeBytes('fixed', 'hostname', value), describeLine({ hostname: text }, true));
    }),
    { numRuns: 500 },
  );
});

test('no value puts a control character into a line', () => {
  const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (const format of FORMATS) {
    for (const field of TEXT_FIELDS) {
      assert.doesNotMatch(writeBytes(format, field, everyByte).slice(0, -1), /[\x00-\x1f\x7f]/);
    }
  }
});

test('lines of one batch stand behind each other', () => {
  for (const format of FORMATS) {
    const batch = openBatch(format);
    for (const message of ['one', 'two\n', 'three'.repeat(1000)]) writeRecord(batch, { message });
    const lines = readBatch(batch).split('\n');
    assert.equal(lines.length, 4);
    assert.match(lines[1]!, format === 'json' ? /^\{"sequence":1,.*two\\n"/ : /^ *1 .* two\\n$/);
  }
});

test('a record larger than the memory that is kept is written whole', () => {
  const message = 'ü'.repeat(200_000);
  assert.equal(JSON.parse(writeOne('json', { message })).message, message);
});
