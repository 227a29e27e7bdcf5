import type { LogBatch } from '../link/log-batch.ts';
import { COLUMNS_BYTES_MAX, COLUMNS_EXPANSION_MAX, putColumns } from './log-line-columns.ts';
import { JSON_BYTES_MAX, JSON_EXPANSION_MAX, putJson } from './log-line-json.ts';
import { type LogRecord, levelNumber, TEXT_FIELDS } from './log-record.ts';

/** Memory for the texts of a record is kept up to this size. */
const KEPT_BYTES_MAX = 64 * 1024;

const recordRanges = createTextRanges();
let recordBytes = Buffer.allocUnsafeSlow(4096);

/** The bytes that lines went to last, and the view of them: many lines go to the same batch. */
let target: Buffer = Buffer.alloc(0);
let targetView = viewBytes(target);

/** Start and end of each text field in some bytes, in the order of `TEXT_FIELDS`. */
export function createTextRanges(): Int32Array {
  return new Int32Array(2 * TEXT_FIELDS.length);
}

/** Views read and write four bytes at a time wherever they stand. */
export function viewBytes(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/**
 * Adds one message to a batch in the batch's format. The texts are the bytes of `source` in `ranges` (start
 * and end of each field); what is not UTF-8 there becomes U+FFFD.
 *
 * The number of the line is not here yet: the body begins behind `<sequence> `, or behind `{"sequence":N,`.
 */
export function writeLine(batch: LogBatch, source: DataView, ranges: Int32Array, level: number): void {
  let textBytes = 0;
  for (let i = 0; i < ranges.length; i += 2) textBytes += ranges[i + 1]! - ranges[i]!;
  if (batch.format === 'json') {
    const start = batch.begin(JSON_BYTES_MAX + textBytes * JSON_EXPANSION_MAX);
    batch.commit(putJson(source, ranges, level, viewTarget(batch), start));
  } else {
    const start = batch.begin(COLUMNS_BYTES_MAX + textBytes * COLUMNS_EXPANSION_MAX);
    batch.commit(putColumns(source, ranges, level, viewTarget(batch), start, batch.format === 'fixed'));
  }
}

/** As `writeLine`, for protocols whose texts come as strings. */
export function writeRecord(batch: LogBatch, record: LogRecord): void {
  let bytesMax = 0;
  for (const field of TEXT_FIELDS) bytesMax += (record[field]?.length ?? 0) * 3;
  const bytes = bytesMax <= recordBytes.length ? recordBytes : Buffer.allocUnsafeSlow(bytesMax);
  if (bytesMax <= KEPT_BYTES_MAX) recordBytes = bytes;
  let end = 0;
  for (let i = 0; i < TEXT_FIELDS.length; i += 1) {
    recordRanges[2 * i] = end;
    const text = record[TEXT_FIELDS[i]!];
    if (text) end += bytes.write(text, end);
    recordRanges[2 * i + 1] = end;
  }
  writeLine(batch, viewBytes(bytes), recordRanges, levelNumber(record.level));
}

function viewTarget({ bytes }: LogBatch): DataView {
  if (bytes !== target) {
    target = bytes;
    targetView = viewBytes(bytes);
  }
  return targetView;
}
