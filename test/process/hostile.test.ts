import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { Daemon } from '../support/daemon.ts';
import { createFrames, openConnection, readNumbersByName, sendAndClose } from '../support/log-client.ts';
import { readLogLines } from '../support/log-lines.ts';

/** Frames whose length is right and whose content is not: a few bytes changed, or nothing but noise. */
const wrongContent = fc
  .record({
    noise: fc.option(fc.uint8Array({ minLength: 1, maxLength: 300 })),
    changes: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 6 }),
  })
  .map(({ noise, changes }) => {
    const frame = noise === null ? createFrames('hostile', 1) : Buffer.alloc(4 + noise.length);
    frame.writeUInt32BE(frame.length - 4);
    if (noise !== null) frame.set(noise, 4);
    else for (const [at, value] of changes) frame[4 + (at % (frame.length - 4))] = value;
    return frame;
  });

/** What ends a connection: lengths that cannot be, and frames that are cut off. */
const wrongFraming = fc.tuple(fc.nat(255), fc.nat(255), fc.boolean()).map(([at, value, isCut]) => {
  const frame = createFrames('cut', 1);
  if (isCut) return frame.subarray(0, 1 + (at % (frame.length - 1)));
  frame[at % 4] = value;
  return frame;
});

const GOOD_EVERY = 5;

test('a hundred thousand broken frames, giant lengths and silent peers disturb no good client', async (t) => {
  const daemon = await Daemon.start(t, '[logs]\nmax_file_bytes = 100000000\n');
  const address = await daemon.listener();
  const worker = await daemon.pidOf('worker');
  const silent = await Promise.all(Array.from({ length: 50 }, () => openConnection(address)));
  const good = await openConnection(address);
  let sent = 0;
  const frames = fc.sample(wrongContent, { numRuns: 20_000, seed: 1 });
  const readable = createFrames('between', 1);
  // A good frame now and then, since ten bad ones in a row end a connection.
  const mixed = frames.flatMap((frame, i) => (i % GOOD_EVERY === 0 ? [readable, frame] : [frame]));
  for (let round = 0; round < 5; round += 1) {
    for (let i = 0; i < mixed.length; i += 1200) {
      const hostile = await openConnection(address);
      await sendAndClose(hostile, Buffer.concat(mixed.slice(i, i + 1200)));
      if (!good.write(createFrames('good', 100, sent))) await once(good, 'drain');
      sent += 100;
    }
  }
  const read = Object.entries((await daemon.status()).counts).filter(([name]) =>
    name.startsWith('log_frames_refused.'),
  );
  const refused = read.reduce((sum, [, count]) => sum + count, 0);
  assert.ok(refused > 80_000, `only ${refused} frames were looked at and refused`);
  for (const frame of fc.sample(wrongFraming, { numRuns: 1000, seed: 2 })) {
    await sendAndClose(await openConnection(address), frame);
  }
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
