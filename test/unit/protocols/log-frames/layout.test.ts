import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  farPointer,
  listPointer,
  NULL,
  packSegments,
  structPointer,
  textWords,
  type Word,
} from '../../../support/capnp-message.ts';
import { decodeFields, expectFields } from '../../../support/log-frames.ts';

const INFO: Word = [3, 0];
/** Seven pointers before the one of `message`. */
const BEFORE_MESSAGE = Array.from({ length: 7 }, () => NULL);
const HELLO = expectFields({ level: 'info', message: 'hello' });

test('a text in another segment is found by a far pointer', () => {
  const packed = packSegments(
    [structPointer(0, 1, 8), INFO, ...BEFORE_MESSAGE, farPointer(1, 1)],
    [NULL, listPointer(0, 6), ...textWords('hello')],
  );
  assert.deepEqual(decodeFields(packed), HELLO);
});

test('a landing pad may stand behind the text that it points to', () => {
  const packed = packSegments(
    [structPointer(0, 1, 8), INFO, ...BEFORE_MESSAGE, farPointer(1, 1)],
    [...textWords('hello'), listPointer(-2, 6)],
  );
  assert.deepEqual(decodeFields(packed), HELLO);
});

test('a text in a third segment is found by a double-far pointer', () => {
  const packed = packSegments(
    [structPointer(0, 1, 8), INFO, ...BEFORE_MESSAGE, farPointer(1, 0, true)],
    [farPointer(2, 1), listPointer(0, 6)],
    [NULL, ...textWords('hello')],
  );
  assert.deepEqual(decodeFields(packed), HELLO);
});

test('the root struct may be in another segment, near and double-far', () => {
  const body = [INFO, ...BEFORE_MESSAGE, listPointer(0, 6), ...textWords('hello')];
  assert.deepEqual(decodeFields(packSegments([farPointer(1, 0)], [structPointer(0, 1, 8), ...body])), HELLO);
  assert.deepEqual(
    decodeFields(packSegments([farPointer(2, 0, true)], body, [farPointer(1, 0), structPointer(0, 1, 8)])),
    HELLO,
  );
});

test('a message with an even number of segments has no padding in its table', () => {
  const first = [structPointer(0, 1, 8), INFO, ...BEFORE_MESSAGE, farPointer(1, 0)];
  const second = [listPointer(0, 6), ...textWords('hello')];
  assert.deepEqual(decodeFields(packSegments(first, second)), HELLO);
  assert.deepEqual(decodeFields(packSegments(first, second, [])), HELLO);
});

test('a message of 512 segments is taken', () => {
  const segments = Array.from({ length: 511 }, (_, i) =>
    i === 510 ? [listPointer(0, 6), ...textWords('hello')] : [],
  );
  const packed = packSegments(
    [structPointer(0, 1, 8), INFO, ...BEFORE_MESSAGE, farPointer(511, 0)],
    ...segments,
  );
  assert.deepEqual(decodeFields(packed), HELLO);
});

test('fields that an older writer does not know are empty', () => {
  const timestamp = [listPointer(0, 6), ...textWords('hello')];
  assert.deepEqual(
    decodeFields(packSegments([structPointer(0, 0, 1), ...timestamp])),
    expectFields({ timestamp: 'hello' }),
  );
  assert.deepEqual(
    decodeFields(packSegments([structPointer(0, 1, 0), INFO])),
    expectFields({ level: 'info' }),
  );
  assert.deepEqual(decodeFields(packSegments([structPointer(-1, 0, 0)])), expectFields({}));
});

test('what a newer writer adds is not looked at', () => {
  const packed = packSegments([
    structPointer(0, 3, 17),
    [3, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    ...BEFORE_MESSAGE,
    listPointer(9, 6),
    ...Array.from({ length: 7 }, () => NULL),
    // No text, and out of bounds.
    [0xffffffff, 0xffffffff],
    structPointer(1000, 1, 1),
    ...textWords('hello'),
  ]);
  assert.deepEqual(decodeFields(packed), HELLO);
});

test('a null root pointer is a message without fields', () => {
  assert.deepEqual(decodeFields(packSegments([NULL])), expectFields({}));
});

test('several fields may share one text', () => {
  const packed = packSegments([
    structPointer(0, 0, 2),
    listPointer(1, 6),
    listPointer(0, 6),
    ...textWords('hello'),
  ]);
  assert.deepEqual(decodeFields(packed), expectFields({ timestamp: 'hello', hostname: 'hello' }));
});

test('objects may stand in any order', () => {
  const packed = packSegments([
    structPointer(1, 1, 8),
    ...textWords('hello'),
    INFO,
    ...BEFORE_MESSAGE,
    listPointer(-10, 6),
  ]);
  assert.deepEqual(decodeFields(packed), HELLO);
});
