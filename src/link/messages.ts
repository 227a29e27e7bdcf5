import { LinkError } from './frame.ts';
import { LogBatch, type LogFormat } from './log-batch.ts';

/** The first frame of a worker. */
export interface Hello {
  /** Sixteen hexadecimal digits, drawn anew by each worker process: batches are counted within it. */
  readonly worker: string;
  readonly pid: number;
}

/** The store's answer. */
export interface Welcome {
  /** Bytes of batches that may be under way without an acknowledgement. */
  readonly creditBytes: number;
  /** The sequence that the next line would get; tells the worker how wide numbers are. */
  readonly nextSequence: number;
  readonly health: StoreHealth;
}

export interface StoreHealth {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

const FORMATS: readonly LogFormat[] = ['fixed', 'plain', 'json'];
const BATCH_HEADER_BYTES = 12;
const NEWLINE = 0x0a;

/** The parts of an `append` body; they are written one after another, so nothing is copied together. */
export function encodeBatch(batch: LogBatch): Buffer[] {
  const header = Buffer.allocUnsafe(BATCH_HEADER_BYTES);
  header[0] = FORMATS.indexOf(batch.format);
  header[1] = batch.slot;
  header.writeUInt16BE(0, 2);
  header.writeUInt32BE(batch.count, 4);
  header.writeUInt32BE(batch.length, 8);
  const ends = Buffer.from(batch.ends.buffer, batch.ends.byteOffset, batch.count * 4);
  return [header, ends, batch.bytes.subarray(0, batch.length)];
}

export function decodeBatch(body: Buffer): LogBatch {
  const format = FORMATS[body[0] as number];
  const count = body.readUInt32BE(4);
  const length = body.readUInt32BE(8);
  if (format === undefined || count === 0 || body.length !== BATCH_HEADER_BYTES + count * 4 + length) {
    throw new LinkError('a batch does not have the length that it states');
  }
  const batch = new LogBatch(format, body[1] as number, 0, 0);
  batch.ends = new Uint32Array(count);
  body.copy(Buffer.from(batch.ends.buffer), 0, BATCH_HEADER_BYTES, BATCH_HEADER_BYTES + count * 4);
  batch.bytes = body.subarray(BATCH_HEADER_BYTES + count * 4);
  batch.count = count;
  batch.length = length;
  let start = 0;
  for (const end of batch.ends) {
    if (end <= start + batch.slot || end > length || batch.bytes[end - 1] !== NEWLINE) {
      throw new LinkError('the lines of a batch do not end where it says');
    }
    start = end;
  }
  if (start !== length) throw new LinkError('the last line of a batch does not end where the batch ends');
  return batch;
}

export function encodeJson(value: Hello | Welcome | StoreHealth): Buffer {
  return Buffer.from(JSON.stringify(value));
}

export function decodeJson<T extends Hello | Welcome | StoreHealth>(body: Buffer): T {
  return JSON.parse(body.toString()) as T;
}

export function encodeSequence(sequence: number): Buffer {
  const body = Buffer.allocUnsafe(8);
  body.writeDoubleBE(sequence);
  return body;
}

export function decodeSequence(body: Buffer): number {
  return body.readDoubleBE(0);
}
