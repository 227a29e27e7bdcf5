import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FrameSplitter } from '../../../../src/protocols/log-frames/splitter.ts';

const BYTES_MAX = 5000;

function frame(body: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** The frames of these chunks, copied. */
function split(splitter: FrameSplitter, chunks: readonly Buffer[]): Buffer[] {
  const frames: Buffer[] = [];
  for (const chunk of chunks) {
    splitter.push(chunk);
    while (splitter.next()) frames.push(Buffer.from(splitter.bytes.subarray(splitter.start, splitter.end)));
  }
  return frames;
}

/** Cuts bytes at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  return sorted.slice(1).map((end, i) => Buffer.from(bytes.subarray(sorted[i], end)));
}

test('any cutting into chunks gives the same frames', () => {
  const bodies = fc.array(
    fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 9 }),
      fc.uint8Array({ minLength: 1, maxLength: BYTES_MAX }),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(bodies, fc.array(fc.nat(), { maxLength: 30 }), (expected, places) => {
      const splitter = new FrameSplitter(BYTES_MAX);
      const frames = split(splitter, cut(Buffer.concat(expected.map(frame)), places));
      assert.deepEqual(
        frames,
        expected.map((body) => Buffer.from(body)),
      );
      assert.equal(splitter.fault, undefined);
      assert.equal(splitter.partialBytes, 0);
    }),
    { numRuns: 500 },
  );
});

test('frames that come a byte at a time are found', () => {
  const bytes = Buffer.concat([frame(Buffer.from('one')), frame(Buffer.from('two and a half'))]);
  const chunks = Array.from(bytes, (byte) => Buffer.of(byte));
  assert.deepEqual(split(new FrameSplitter(BYTES_MAX), chunks).map(String), ['one', 'two and a half']);
});

test('a frame that is not complete is told by its bytes', () => {
  const splitter = new FrameSplitter(BYTES_MAX);
  split(splitter, [frame(Buffer.from('whole')), Buffer.from([0, 0])]);
  assert.equal(splitter.partialBytes, 2);
  split(splitter, [Buffer.from([0, 9, 1])]);
  assert.equal(splitter.partialBytes, 5);
});

test('lengths of zero and beyond the limit are faults, after the frames before them', () => {
  for (const [fault, length] of [
    ['length_zero', 0],
    ['length_too_large', BYTES_MAX + 1],
    ['length_too_large', 0xffffffff],
  ] as const) {
    const bad = Buffer.alloc(4);
    bad.writeUInt32BE(length);
    const bytes = Buffer.concat([frame(Buffer.from('good')), bad, frame(Buffer.from('lost'))]);
    for (const chunks of [[bytes], cut(bytes, [9]), Array.from(bytes, (byte) => Buffer.of(byte))]) {
      const splitter = new FrameSplitter(BYTES_MAX);
      assert.deepEqual(split(splitter, chunks).map(String), ['good']);
      assert.equal(splitter.fault, fault);
      assert.equal(splitter.announcedBytes, length);
    }
  }
});

test('a changed limit holds from the next frame on', () => {
  const splitter = new FrameSplitter(3);
  splitter.bytesMax = 4;
  assert.equal(split(splitter, [frame(Buffer.from('four'))]).length, 1);
  splitter.bytesMax = 3;
  split(splitter, [frame(Buffer.from('four'))]);
  assert.equal(splitter.fault, 'length_too_large');
});

test('an announced length takes no memory before its bytes arrive', () => {
  const announced = Buffer.from([0x03, 0xff, 0xff, 0xff, 1]);
  const before = process.memoryUsage().arrayBuffers;
  const splitters = Array.from({ length: 1000 }, () => {
    const splitter = new FrameSplitter(64 * 1024 * 1024);
    split(splitter, [announced]);
    return splitter;
  });
  const taken = process.memoryUsage().arrayBuffers - before;
  assert.ok(taken < 1000 * 4096, `${taken} bytes for ${splitters.length} connections`);
});
