/**
 * Feeds mutated messages to the decoder of log frames:
 * `node scripts/fuzz-log-frames.ts [--executions N | --seconds S] [--seed N] [--save]`.
 *
 * With `--save`, a message that fails is kept in test/fixtures/log-frames/corpus, which every run starts from.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LogBatch, type LogFormat } from '../src/link/log-batch.ts';
import { createFrameDecoder, type FrameDecoder } from '../src/protocols/log-frames/decode.ts';
import { DECODER_LIMITS } from '../src/protocols/log-frames/limits.ts';
import { mutateMessage } from './fuzz/mutate.ts';
import { Random } from './fuzz/random.ts';

const FIXTURES = new URL('../test/fixtures/log-frames/', import.meta.url);
const CORPUS = new URL('corpus/', FIXTURES);
const FORMATS: readonly LogFormat[] = ['fixed', 'plain', 'json'];
/** The largest line of the largest message takes a tenth of this. */
const DECODE_MS_MAX = 1000;
const MARGIN_BYTES = 16;

export interface FuzzReport {
  readonly executions: number;
  readonly lines: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly decodeMsMax: number;
  readonly scratchBytes: number;
}

/** A message that the decoder does not handle as it should. */
export class FuzzError extends Error {
  readonly code = 'ERR_FUZZ_FAILED';
  readonly packed: Buffer;

  constructor(packed: Buffer, cause: unknown) {
    super(`${(cause as Error).message}\nmessage: ${packed.toString('hex')}`, { cause });
    this.name = 'FuzzError';
    this.packed = packed;
  }
}

export function readFuzzCorpus(): Buffer[] {
  const read = (folder: URL, ending: string) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .map((name) => readFileSync(new URL(name, folder)));
  return [...read(FIXTURES, '.packed'), ...read(CORPUS, '')];
}

/** Decodes mutated messages for as long as `goesOn` says so. Throws `FuzzError` at the first that fails. */
export function fuzzLogFrames(seed: number, goesOn: (executions: number) => boolean): FuzzReport {
  const random = new Random(seed);
  const corpus = readFuzzCorpus();
  const decoders = [createFrameDecoder(), createFrameDecoder()] as const;
  const faults: Record<string, number> = {};
  let executions = 0;
  let lines = 0;
  let decodeMsMax = 0;
  for (; goesOn(executions); executions += 1) {
    const packed = mutateMessage(random, corpus);
    const format = random.pick(FORMATS);
    try {
      const started = performance.now();
      const outcome = decode(decoders[0], packed, format, 0xff);
      decodeMsMax = Math.max(decodeMsMax, performance.now() - started);
      assert.ok(decodeMsMax < DECODE_MS_MAX, `one message took ${decodeMsMax} ms`);
      // Bytes around the message, or left in memory by another one, change nothing.
      if (random.below(2) === 0) assert.equal(decode(decoders[1], packed, format, 0), outcome);
      for (const { scratchBytes } of decoders) assert.ok(scratchBytes <= DECODER_LIMITS.unpackedBytesMax);
      if (outcome.endsWith('\n')) lines += 1;
      else faults[outcome] = (faults[outcome] ?? 0) + 1;
    } catch (error) {
      throw new FuzzError(packed, error);
    }
  }
  const scratchBytes = Math.max(...decoders.map((decoder) => decoder.scratchBytes));
  return { executions, lines, faults, decodeMsMax, scratchBytes };
}

/** The line, checked, or the fault. */
function decode(decoder: FrameDecoder, packed: Buffer, format: LogFormat, around: number): string {
  const input = Buffer.alloc(packed.length + 2 * MARGIN_BYTES, around);
  packed.copy(input, MARGIN_BYTES);
  const batch = new LogBatch(format, 2, 16, 1);
  const fault = decoder.decode(input, MARGIN_BYTES, MARGIN_BYTES + packed.length, batch);
  if (fault !== undefined) {
    assert.equal(batch.count, 0);
    assert.equal(batch.length, 0);
    return fault;
  }
  assert.equal(batch.count, 1);
  assert.equal(batch.ends[0], batch.length);
  assert.ok(batch.length <= batch.bytes.length);
  const bytes = batch.bytes.subarray(batch.slot, batch.length);
  const line = bytes.toString();
  assert.ok(Buffer.from(line).equals(bytes), 'the line is not UTF-8');
  assert.doesNotMatch(line.slice(0, -1), /[\x00-\x1f\x7f]/);
  if (format === 'json') assert.equal(Object.keys(JSON.parse(`{${line}`)).length, 16);
  return line;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      executions: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      save: { type: 'boolean', default: false },
    },
  });
  const executionsMax = Number(
    values.executions ?? (values.seconds === undefined ? 100_000 : Number.POSITIVE_INFINITY),
  );
  const endMs = performance.now() + Number(values.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  console.log(`seed ${values.seed}`);
  try {
    const report = fuzzLogFrames(
      Number(values.seed),
      (done) => done < executionsMax && performance.now() < endMs,
    );
    console.log(report, `memory ${Math.round(process.memoryUsage.rss() / 1024 / 1024)} MiB`);
  } catch (error) {
    if (!(error instanceof FuzzError)) throw error;
    console.error(error.message);
    const name = createHash('sha256').update(error.packed).digest('hex').slice(0, 16);
    if (values.save) writeFileSync(new URL(name, CORPUS), error.packed);
    process.exitCode = 1;
  }
}

if (import.meta.main) main();
