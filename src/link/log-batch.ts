import assert from 'node:assert';

/** How a log message becomes a line of the log file (`logs.format`). */
export type LogFormat = 'fixed' | 'plain' | 'json';

/** Columns of the sequence number in the `fixed` format; a longer number is kept whole. */
const FIXED_SEQUENCE_WIDTH = 10;
const SPACE = 0x20;

/** The bytes that stand before the body of the line with this sequence number. */
export function formatPrefix(format: LogFormat, sequence: number): string {
  switch (format) {
    case 'fixed':
      return `${String(sequence).padStart(FIXED_SEQUENCE_WIDTH)} `;
    case 'plain':
      return `${sequence} `;
    case 'json':
      return `{"sequence":${sequence},`;
  }
}

/**
 * Lines of the log file that wait for their sequence numbers.
 *
 * Each line is a slot of `slot` bytes for the prefix, then its body, which ends in a newline. The worker
 * writes the bodies; only the store knows the numbers and fills in the slots. A batch in the `fixed` format
 * therefore goes from the socket to the disk without another copy.
 */
export class LogBatch {
  readonly format: LogFormat;
  /** Bytes that are left free before each body. */
  slot: number;
  bytes: Buffer;
  /** The offset behind each line's newline, `count` of them. */
  ends: Uint32Array;
  /** Bytes in use. */
  length = 0;
  /** Lines in use. */
  count = 0;

  constructor(format: LogFormat, slot: number, bytesMin = 64 * 1024, linesMin = 512) {
    this.format = format;
    this.slot = slot;
    this.bytes = Buffer.allocUnsafe(bytesMin);
    this.ends = new Uint32Array(linesMin);
  }

  /** Makes the batch empty for other lines, in the memory that it has. */
  reset(slot: number): void {
    this.slot = slot;
    this.length = 0;
    this.count = 0;
  }

  /**
   * Makes room for one more line with a body of at most `size` bytes, newline included, and returns the
   * offset in `bytes` at which the body starts. Read `bytes` after this call: it may have been replaced.
   * Nothing is added until `commit`; a line that turns out to be bad is simply not committed.
   */
  begin(size: number): number {
    const start = this.length + this.slot;
    if (start + size > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, start + size));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    return start;
  }

  /** Adds the line whose body was written from `begin()` to just before `end`. */
  commit(end: number): void {
    if (this.count === this.ends.length) {
      const grown = new Uint32Array(this.ends.length * 2);
      grown.set(this.ends);
      this.ends = grown;
    }
    this.ends[this.count] = end;
    this.count += 1;
    this.length = end;
  }
}

/**
 * Writes the sequence numbers from `first` on into a batch and returns the bytes of its lines, together with
 * the offset behind each line. The batch's own memory is used where the slots fit.
 */
export function numberLines(batch: LogBatch, first: number): { bytes: Buffer; ends: Uint32Array } {
  const last = first + batch.count - 1;
  assert(batch.count > 0 && Number.isSafeInteger(last));
  const fits =
    formatPrefix(batch.format, first).length === batch.slot &&
    formatPrefix(batch.format, last).length === batch.slot;
  return fits ? numberInPlace(batch, first) : repack(batch, first);
}

/** Counts upwards in ASCII: one digit changes on most lines, so no number is formatted twice. */
function numberInPlace(batch: LogBatch, first: number): { bytes: Buffer; ends: Uint32Array } {
  const { bytes, ends, slot, count } = batch;
  const prefix = Buffer.from(formatPrefix(batch.format, first), 'latin1');
  const lastDigit = slot - 2;
  let start = 0;
  for (let line = 0; line < count; line += 1) {
    for (let i = 0; i < slot; i += 1) bytes[start + i] = prefix[i] as number;
    start = ends[line] as number;
    let digit = lastDigit;
    while (prefix[digit] === 0x39) {
      prefix[digit] = 0x30;
      digit -= 1;
    }
    // A carry into the padding, or out of the number behind the very last line, which has no successor here.
    prefix[digit] = prefix[digit] === SPACE ? 0x31 : (prefix[digit] as number) + 1;
  }
  return { bytes: bytes.subarray(0, batch.length), ends: ends.subarray(0, count) };
}

function repack(batch: LogBatch, first: number): { bytes: Buffer; ends: Uint32Array } {
  const { slot, count } = batch;
  const prefixMax = formatPrefix(batch.format, first + count - 1).length;
  const bytes = Buffer.allocUnsafe(batch.length + count * Math.max(0, prefixMax - slot));
  const ends = new Uint32Array(count);
  let position = 0;
  let start = 0;
  for (let line = 0; line < count; line += 1) {
    position += bytes.write(formatPrefix(batch.format, first + line), position, 'latin1');
    const end = batch.ends[line] as number;
    position += batch.bytes.copy(bytes, position, start + slot, end);
    ends[line] = position;
    start = end;
  }
  return { bytes: bytes.subarray(0, position), ends };
}
