import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Message, ObjectSize, Struct, utils } from 'capnp-es';
import fc from 'fast-check';
import { encodeLogMessage } from '../../../../src/protocols/log-frames/encode.ts';
import { LEVELS, type LogRecord, levelNumber, TEXT_FIELDS } from '../../../../src/protocols/log-record.ts';
import { anyRecord, decodeFields, expectFields, readVectors, SCHEMA } from '../../../support/log-frames.ts';

class LoggerMsg extends Struct {
  static override readonly _capnp = {
    displayName: 'LoggerMsg',
    id: '0',
    size: new ObjectSize(8, TEXT_FIELDS.length),
  };
}

/** The message as capnp-es writes it. */
function encodeByRuntime(record: LogRecord): Buffer {
  const message = new Message();
  const root = message.initRoot(LoggerMsg);
  utils.setUint16(0, levelNumber(record.level), root);
  TEXT_FIELDS.forEach((field, i) => {
    const text = record[field];
    if (text !== undefined) utils.setText(i, text, root);
  });
  return Buffer.from(message.toPackedArrayBuffer());
}

/** The fields as capnp-es reads them. */
function decodeByRuntime(packed: Buffer): Record<string, unknown> {
  const root = new Message(packed, true).getRoot(LoggerMsg);
  const texts = TEXT_FIELDS.map((field, i) => [field, utils.getText(i, root)]);
  return { ...Object.fromEntries(texts), level: utils.getUint16(0, root) };
}

test('what capnp-es writes is read', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      assert.deepEqual(decodeFields(encodeByRuntime(record)), expectFields(record));
    }),
    { numRuns: 300 },
  );
});

test('what the encoder writes is read by capnp-es', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const { sequence: _, ...expected } = expectFields(record);
      const packed = encodeLogMessage(record).subarray(4);
      assert.deepEqual(decodeByRuntime(packed), { ...expected, level: levelNumber(record.level) });
    }),
    { numRuns: 300 },
  );
});

test('what the encoder writes is read', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const frame = encodeLogMessage(record);
      assert.equal(frame.readUInt32BE(0), frame.length - 4);
      assert.deepEqual(decodeFields(frame.subarray(4)), expectFields(record));
    }),
    { numRuns: 1000 },
  );
});

const capnp = spawnSync('capnp', ['--version']).status === 0 ? false : 'the capnp tool is not installed';

function convert(conversion: string, input: string | Buffer): Buffer {
  return execFileSync('capnp', ['convert', conversion, fileURLToPath(SCHEMA), 'LoggerMsg'], { input });
}

test('the reference tool reads what the encoder writes', { skip: capnp }, () => {
  for (const { fields } of readVectors()) {
    const json = JSON.parse(convert('packed:json', encodeLogMessage(fields).subarray(4)).toString());
    const { level = 'notset', ...texts } = fields;
    assert.deepEqual(json, { ...texts, level });
  }
});

test('what the reference tool writes is read', { skip: capnp }, () => {
  const records: LogRecord[] = LEVELS.map((level) => ({
    level,
    hostname: 'hö🌍st',
    message: `a\n"${level}"\\`.repeat(50),
    stackTrace: 'x'.repeat(70_000),
  }));
  for (const record of records) {
    const packed = convert('json:packed', JSON.stringify(record));
    assert.deepEqual(decodeFields(packed), expectFields(record));
    // The tool begins a new segment for the long text.
    assert.notDeepEqual(packed.subarray(0, 2), encodeLogMessage(record).subarray(4, 6));
  }
});
