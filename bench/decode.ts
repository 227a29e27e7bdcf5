import { readFileSync } from 'node:fs';
import { LogBatch, type LogFormat } from '../src/link/log-batch.ts';
import { createFrameDecoder } from '../src/protocols/log-frames/decode.ts';

/** Microseconds a message from packed bytes to the line, on one thread: `node bench/decode.ts [vector …]`. */
const ROUNDS = 7;
const MESSAGES = 200_000;
const LINES_PER_BATCH = 300;

const FIXTURES = new URL('../test/fixtures/log-frames/', import.meta.url);
const names =
  process.argv.length > 2 ? process.argv.slice(2) : ['typical', 'utf8', 'multiline', 'long-values'];

for (const name of names) {
  for (const format of ['fixed', 'plain', 'json'] as const) {
    const times = Array.from({ length: ROUNDS }, () => measure(name, format)).sort((a, b) => a - b);
    const [best, median] = [times[0], times[ROUNDS >> 1]] as [number, number];
    console.log(
      `${name.padEnd(12)} ${format.padEnd(6)} best ${best.toFixed(2)} µs, median ${median.toFixed(2)} µs`,
    );
  }
}

function measure(name: string, format: LogFormat): number {
  const message = readFileSync(new URL(`${name}.packed`, FIXTURES));
  const input = Buffer.concat(Array.from({ length: LINES_PER_BATCH }, () => message));
  const decoder = createFrameDecoder();
  const batch = new LogBatch(format, 11);
  const started = process.hrtime.bigint();
  for (let done = 0; done < MESSAGES; done += LINES_PER_BATCH) {
    batch.length = 0;
    batch.count = 0;
    for (let start = 0; start < input.length; start += message.length) {
      const fault = decoder.decode(input, start, start + message.length, batch);
      if (fault !== undefined) throw new Error(fault);
    }
  }
  return Number(process.hrtime.bigint() - started) / 1000 / MESSAGES;
}
