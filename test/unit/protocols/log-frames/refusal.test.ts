import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFrameDecoder } from '../../../../src/protocols/log-frames/decode.ts';
import { DECODER_LIMITS } from '../../../../src/protocols/log-frames/limits.ts';
import {
  farPointer,
  listPointer,
  NULL,
  packHalves,
  packSegments,
  structPointer,
  textWords,
  type Word,
} from '../../../support/capnp-message.ts';
import { decodeLine, openBatch, readBatch, readVectors } from '../../../support/log-frames.ts';

const typical = readVectors()[0]!.packed;

/** A message whose only field has this pointer. */
function withPointer(pointer: Word, ...rest: Word[]): Buffer {
  return packSegments([structPointer(0, 0, 1), pointer, ...rest]);
}

const HELLO = textWords('hello');

const REFUSED: readonly (readonly [string, string, Buffer])[] = [
  ['segment_count', 'a giant segment count', Buffer.from('0fffffffff', 'hex')],
  ['segment_count', 'a segment count that wraps around', packHalves([0xfffffffe, 1])],
  ['segment_count', '513 segments', packSegments([NULL], ...Array.from({ length: 512 }, () => []))],
  ['truncated', 'a tag without its bytes', Buffer.from('0f01', 'hex')],
  ['truncated', 'zeros without their number', Buffer.from('00', 'hex')],
  ['truncated', 'a plain word without the number of the next ones', Buffer.from('ff0102030405060708', 'hex')],
  ['truncated', 'fewer plain words than announced', Buffer.from('ff01020304050607080201020304050607', 'hex')],
  ['truncated', 'a segment shorter than its size', packHalves([0, 3, ...structPointer(0, 0, 1), ...NULL])],
  ['truncated', 'a segment table without an end', packHalves([5, 1])],
  ['overlong', 'a word behind the last segment', packHalves([0, 1, 0, 0, 0, 0])],
  ['overlong', 'a message behind the message', Buffer.concat([typical, typical])],
  ['out_of_bounds', 'a segment without a root pointer', packHalves([0, 0])],
  ['out_of_bounds', 'a root struct behind the end', packSegments([structPointer(0, 1, 0)])],
  ['out_of_bounds', 'a root struct before the start', packSegments([structPointer(-2, 1, 0), NULL])],
  ['out_of_bounds', 'more pointers than words', packSegments([structPointer(0, 0, 2), NULL])],
  ['out_of_bounds', 'a text behind the end', withPointer(listPointer(0, 9), ...HELLO)],
  ['out_of_bounds', 'a text before the start', withPointer(listPointer(-3, 6), ...HELLO)],
  ['out_of_bounds', 'a text of half a gigabyte', withPointer(listPointer(0, 0x1fffffff), ...HELLO)],
  ['out_of_bounds', 'a landing pad in a segment that is not there', withPointer(farPointer(1, 0), ...HELLO)],
  ['out_of_bounds', 'a landing pad behind the end', withPointer(farPointer(0, 3), ...HELLO)],
  ['out_of_bounds', 'half a landing pad', withPointer(farPointer(0, 2, true), ...HELLO)],
  [
    'out_of_bounds',
    'a double-far pointer to no segment',
    withPointer(farPointer(0, 2, true), farPointer(9, 0), NULL),
  ],
  ['bad_pointer', 'a list as root', packSegments([listPointer(0, 6), ...HELLO])],
  ['bad_pointer', 'a struct as text', withPointer(structPointer(0, 1, 0), ...HELLO)],
  ['bad_pointer', 'a capability as text', withPointer([3, 0], ...HELLO)],
  ['bad_pointer', 'a list of words as text', withPointer(listPointer(0, 1, 5), ...HELLO)],
  ['bad_pointer', 'a list of structs as text', withPointer(listPointer(0, 0, 7), ...HELLO)],
  [
    'bad_pointer',
    'a far pointer to a far pointer',
    withPointer(farPointer(0, 2), farPointer(0, 3), listPointer(0, 6), ...HELLO),
  ],
  ['bad_pointer', 'a far pointer to itself', withPointer(farPointer(0, 1))],
  [
    'bad_pointer',
    'a double-far pointer to a near one',
    withPointer(farPointer(0, 2, true), listPointer(1, 6), listPointer(0, 6), ...HELLO),
  ],
  [
    'bad_pointer',
    'a double-far pointer whose tag is null',
    withPointer(farPointer(0, 2, true), farPointer(0, 4), NULL, ...HELLO),
  ],
  ['text_not_terminated', 'a text without its NUL', withPointer(listPointer(0, 5), ...HELLO)],
  ['text_not_terminated', 'a text without even a NUL', withPointer(listPointer(0, 0), ...HELLO)],
  ['amplification', 'a small frame of zeros', Buffer.from('00ff'.repeat(100), 'hex')],
  ['amplification', 'a megabyte of zeros', Buffer.alloc(1024 * 1024).fill('00ff', 'hex')],
  ['amplification', 'fifteen fields that share a long text', packShared(2000)],
];

/** All fields point to the same text of about `length` characters. */
function packShared(length: number): Buffer {
  const pointers = Array.from({ length: 15 }, (_, i) => listPointer(14 - i, length + 1));
  const text = 'abcdefgh'.repeat(length / 8);
  return packSegments([structPointer(0, 0, 15), ...pointers, ...textWords(text)]);
}

for (const [fault, what, packed] of REFUSED) {
  test(`${what} is refused as ${fault}`, () => assert.equal(decodeLine(packed), fault));
}

test('every truncation of a message is refused', () => {
  for (const { packed } of readVectors()) {
    for (let length = 1; length < Math.min(packed.length, 1000); length += 1) {
      assert.match(decodeLine(packed.subarray(0, length)), /^(truncated|amplification)$/);
    }
  }
});

test('more than eight mebibytes are refused however large the frame is', () => {
  const words = DECODER_LIMITS.unpackedBytesMax / 8;
  const halves = new Array<number>(2 * words).fill(0x01010101);
  halves.splice(0, 4, 0, words - 1, 0, 0);
  assert.match(decodeLine(packHalves(halves)), /^\{"sequence":0,/);
  assert.equal(decodeLine(packHalves([...halves, 1, 1])), 'amplification');
});

test('a refused message leaves nothing in the batch, and the next one is taken', () => {
  const decoder = createFrameDecoder();
  const batch = openBatch('plain');
  for (const [, , packed] of REFUSED) {
    assert.notEqual(decoder.decode(packed, 0, packed.length, batch), undefined);
    assert.equal(decoder.decode(typical, 0, typical.length, batch), undefined);
  }
  assert.equal(batch.count, REFUSED.length);
  const lines = readBatch(batch).trimEnd().split('\n');
  assert.equal(new Set(lines.map((line) => line.replace(/^\d+/, ''))).size, 1);
});

test('texts of an earlier message do not show up in a later one', () => {
  const decoder = createFrameDecoder();
  const batch = openBatch('json');
  const empty = readVectors().find(({ name }) => name === 'empty')!.packed;
  decoder.decode(typical, 0, typical.length, batch);
  decoder.decode(empty, 0, empty.length, batch);
  const [, second] = readBatch(batch).split('\n');
  assert.doesNotMatch(second!, /main\.py|INFO/);
});
