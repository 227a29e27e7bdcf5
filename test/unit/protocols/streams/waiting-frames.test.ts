import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SESSION_LIMITS } from '../../../../src/protocols/streams/limits.ts';
import { WaitingFrames } from '../../../../src/protocols/streams/waiting-frames.ts';

test('frames are taken in their order', () => {
  const frames = new WaitingFrames();
  for (const text of ['a', '', 'b']) assert.ok(frames.add(text));
  assert.equal(frames.take(), 'a');
  assert.ok(frames.add('c'));
  assert.deepEqual([frames.take(), frames.take(), frames.take(), frames.take()], ['', 'b', 'c', undefined]);
  assert.ok(frames.isEmpty);
});

test('there is room again for what was taken', () => {
  const frames = new WaitingFrames();
  for (let i = 0; i < SESSION_LIMITS.waitingFramesMax; i += 1) assert.ok(frames.add('x'));
  assert.ok(!frames.add('x'));
  frames.take();
  assert.ok(frames.add('x'));
  frames.clear();
  const half = 'x'.repeat(SESSION_LIMITS.waitingTextMax / 2);
  assert.ok(frames.add(half) && frames.add(half));
  assert.ok(!frames.add('x'));
  frames.take();
  assert.ok(frames.add('x'));
});
