import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeFrame, FRAME, FRAME_BYTES_MAX, FrameReader, LinkError } from '../../../src/link/frame.ts';
import { decodeBatch, encodeBatch } from '../../../src/link/messages.ts';
import { createBatch, createBodies } from '../../support/batches.ts';

test('frames come out whole however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ id: fc.integer({ min: 0, max: 2 ** 40 }), body: fc.uint8Array({ maxLength: 200 }) }),
      ),
      fc.integer({ min: 1, max: 50 }),
      (frames, size) => {
        const stream = Buffer.concat(
          frames.map(({ id, body }) => encodeFrame(FRAME.append, id, Buffer.from(body))),
        );
        const reader = new FrameReader();
        const seen = [];
        for (let i = 0; i < stream.length; i += size) seen.push(...reader.read(stream.subarray(i, i + size)));
        assert.deepEqual(
          seen.map(({ id, body }) => ({ id, body: [...body] })),
          frames.map(({ id, body }) => ({ id, body: [...body] })),
        );
      },
    ),
  );
});

test('another version and a length out of bounds are refused', () => {
  const other = encodeFrame(FRAME.append, 1, Buffer.alloc(4));
  other[4] = 99;
  assert.throws(() => [...new FrameReader().read(other)], LinkError);
  for (const length of [0, 7, FRAME_BYTES_MAX + 1]) {
    const frame = encodeFrame(FRAME.append, 1, Buffer.alloc(4));
    frame.writeUInt32BE(length);
    assert.throws(() => [...new FrameReader().read(frame)], LinkError);
  }
});

test('a batch survives the way over the link', () => {
  const batch = createBatch(createBodies(100), 'fixed', 12);
  const received = decodeBatch(Buffer.concat(encodeBatch(batch)));
  assert.equal(received.format, 'fixed');
  assert.equal(received.slot, batch.slot);
  assert.equal(received.count, 100);
  assert.deepEqual([...received.ends], [...batch.ends.subarray(0, 100)]);
  assert.deepEqual(received.bytes, batch.bytes.subarray(0, batch.length));
});

test('a batch whose parts do not fit together is refused', () => {
  const bytes = Buffer.concat(encodeBatch(createBatch(createBodies(3))));
  assert.throws(() => decodeBatch(bytes.subarray(0, -1)), LinkError);
  const shortened = Buffer.from(bytes);
  shortened.writeUInt32LE(5, 12 + 2 * 4);
  assert.throws(() => decodeBatch(shortened), LinkError);
});
