import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { Daemon } from '../support/daemon.ts';
import { createFrames, openConnection, readNumbersByName, sendAndClose } from '../support/log-client.ts';
import { readLogLines } from '../support/log-lines.ts';

/** Frames with a few bytes changed, cut off, or made of noise; a third keep their length right. */
const mutated = fc
  .record({
    bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    flips: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
    kind: fc.constantFrom('flip', 'noise', 'length', 'cut'),
  })
  .map(({ bytes, flips, kind }) => {
    const frame = createFrames('hostile', 1);
    if (kind === 'noise') {
      const noise = Buffer.alloc(4 + bytes.length);
      noise.writeUInt32BE(bytes.length);
      noise.set(bytes, 4);
      return noise;
    }
    for (const [at, value] of flips)
      frame[kind === 'length' ? at % frame.length : 4 + (at % (frame.length - 4))] = value;
    return kind === 'cut' ? frame.subarray(0, 1 + ((bytes[0] as number) % frame.length)) : frame;
  });

test('a hundred thousand broken frames, giant lengths and silent peers disturb no good client', async (t) => {
  const daemon = await Daemon.start(t, '[logs]\nmax_file_bytes = 100000000\n');
  const address = await daemon.listener();
  const worker = await daemon.pidOf('worker');
  const silent = await Promise.all(Array.from({ length: 50 }, () => openConnection(address)));
  const good = await openConnection(address);
  let sent = 0;
  const pieces = fc.sample(mutated, { numRuns: 20_000, seed: 1 });
  for (let round = 0; round < 5; round += 1) {
    for (let i = 0; i < pieces.length; i += 1000) {
      const hostile = await openConnection(address);
      // Most of it is not read: a length that cannot be, or ten bad frames in a row, end the connection.
      await sendAndClose(hostile, Buffer.concat(pieces.slice(i, i + 1000)));
      if (!good.write(createFrames('good', 100, sent))) await once(good, 'drain');
      sent += 100;
    }
  }
  for (const piece of pieces.slice(0, 500)) await sendAndClose(await openConnection(address), piece);
  for (const length of [0, 0x7fffffff, 0xffffffff, 0x00ffffff]) {
    const hostile = await openConnection(address);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(length);
    await sendAndClose(hostile, Buffer.concat([createFrames('first', 1), head]));
  }
  const memory = readMemoryPeakMb(worker);
  for (const socket of silent) socket.destroy();
  await sendAndClose(good, createFrames('good', 1, sent));
  assert.equal(await daemon.pidOf('worker'), worker, 'the worker was restarted');
  assert.ok(memory < 400, `the worker took ${memory} MiB`);
  await daemon.stop();
  const lines = readLogLines(daemon.logFile);
  const numbers = readNumbersByName(lines.filter((line) => / good \d+$/.test(line))).get('good');
  assert.deepEqual(
    numbers,
    Array.from({ length: sent + 1 }, (_, i) => i),
  );
  assert.deepEqual(
    lines.map((line) => Number(line.slice(0, 10))),
    [...lines.keys()],
  );
});

function readMemoryPeakMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
