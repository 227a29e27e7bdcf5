import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeLogMessage } from '../../../../src/protocols/log-frames/encode.ts';
import { writeRecord } from '../../../../src/protocols/log-line.ts';
import {
  decodeFields,
  decodeLine,
  expectFields,
  FORMATS,
  openBatch,
  readBatch,
  readVectors,
} from '../../../support/log-frames.ts';

const vectors = readVectors();

test('there are vectors', () => assert.ok(vectors.length >= 19));

for (const { name, packed, fields } of vectors) {
  test(`the vector ${name} decodes to its fields in every format`, () => {
    assert.deepEqual(decodeFields(packed), expectFields(fields));
    for (const format of FORMATS) {
      const expected = openBatch(format);
      writeRecord(expected, fields);
      assert.equal(decodeLine(packed, format), readBatch(expected));
    }
  });

  test(`the vector ${name} is what the encoder makes of its fields`, () => {
    const frame = encodeLogMessage(fields);
    assert.equal(frame.readUInt32BE(0), packed.length);
    assert.deepEqual(frame.subarray(4), packed);
  });
}
