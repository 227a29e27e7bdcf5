import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameSource } from '../../../../src/cli/send/frame-source.ts';
import { FrameSplitter } from '../../../../src/protocols/log-frames/splitter.ts';
import { decodeFields } from '../../../support/log-frames.ts';

function readMessages(frames: Buffer): string[] {
  const splitter = new FrameSplitter(1024 * 1024);
  const messages: string[] = [];
  splitter.push(frames);
  while (splitter.next()) {
    messages.push(decodeFields(splitter.bytes.subarray(splitter.start, splitter.end)).message as string);
  }
  assert.equal(splitter.partialBytes, 0);
  return messages;
}

test('frames carry their numbers across each change of width', () => {
  for (const text of ['{n}', 'message {n}', '{n} of many, again {n}!', 'ü {n} 1 2']) {
    const source = new FrameSource({}, text);
    for (const [first, count] of [
      [1, 1],
      [1, 1200],
      [98, 3],
      [99_999_999, 2],
    ] as const) {
      const expected = Array.from({ length: count }, (_, i) => text.replaceAll('{n}', String(first + i)));
      assert.deepEqual(readMessages(source.encodeFrames(first, count)), expected);
    }
  }
});

test('a message without a number is the same each time', () => {
  assert.deepEqual(readMessages(new FrameSource({}, '11 22').encodeFrames(9, 3)), [
    '11 22',
    '11 22',
    '11 22',
  ]);
});

test('a frame has the fields of its record and the time of now', () => {
  const before = Date.now();
  const frame = new FrameSource({ loggerName: 'send', level: 'trade' }, 'x').encodeFrames(1, 1);
  const fields = decodeFields(frame.subarray(4));
  assert.equal(fields.loggerName, 'send');
  assert.equal(fields.level, 'TRADE');
  const time = Date.parse(fields.timestamp as string);
  assert.ok(time >= before && time <= Date.now());
});
