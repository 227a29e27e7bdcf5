import { type FileHandle, open } from 'node:fs/promises';
import { writeAll } from './ledger.ts';
import type { LogFiles } from './log-files.ts';

/** What was found and done at the start of the store. */
export interface Recovery {
  /** Bytes of lines that were never confirmed, which were cut off: their workers send them again. */
  readonly cutBytes: number;
  /** The sequence of the last line that is left; undefined where there is none that carries one. */
  readonly lastSequence: number | undefined;
}

/** A prefix with its sequence is within this many bytes, in every format. */
const PREFIX_BYTES_MAX = 64;
const SCAN_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Brings the log files to the state that the ledger confirms, after whatever ended the last store: lines behind
 * `confirmed` go, and so does half a line. Files that hold nothing else go as a whole, and the file before them
 * becomes the current one again. Lines without a sequence are not ours and stay.
 */
export async function recoverLogFiles(files: LogFiles, confirmed: number): Promise<Recovery> {
  let cutBytes = 0;
  let lastSequence: number | undefined;
  let kept = 0;
  const paths = files.paths();
  for (; kept < paths.length; kept += 1) {
    const file = await open(paths[kept] as string, 'r+').catch(ignoreMissing);
    if (file === undefined) continue;
    try {
      const { size } = await file.stat();
      const end = await findEndOfConfirmed(file, size, confirmed);
      cutBytes += size - end;
      if (end === 0) continue;
      await file.truncate(end);
      await file.datasync();
      lastSequence = await readSequenceBefore(file, end);
      break;
    } finally {
      await file.close();
    }
  }
  if (kept < paths.length) await files.unshift(kept);
  else await files.clear();
  return { cutBytes, lastSequence };
}

/** Ends the last line of a file that others wrote, so that ours do not continue it. */
export async function endLastLine(path: string): Promise<void> {
  const file = await open(path, 'r+').catch(ignoreMissing);
  if (file === undefined) return;
  try {
    const { size } = await file.stat();
    if ((await findLineStart(file, size)) < size) await writeAll(file, Buffer.from('\n'), size);
  } finally {
    await file.close();
  }
}

/** The sequence of the last whole line in the files, or undefined where none carries one. */
export async function readLastSequence(files: LogFiles): Promise<number | undefined> {
  for (const path of files.paths()) {
    const file = await open(path, 'r').catch(ignoreMissing);
    if (file === undefined) continue;
    try {
      const end = await findLineStart(file, (await file.stat()).size);
      const sequence = end === 0 ? undefined : await readSequenceBefore(file, end);
      if (sequence !== undefined) return sequence;
    } finally {
      await file.close();
    }
  }
  return undefined;
}

/**
 * The offset behind the last line that stays. Sequences only grow within a file, so the first line that goes is
 * found by halving.
 */
async function findEndOfConfirmed(file: FileHandle, size: number, confirmed: number): Promise<number> {
  const whole = await findLineStart(file, size);
  let low = 0;
  let high = whole;
  while (low < high) {
    const start = await findLineStart(file, low + Math.floor((high - low) / 2));
    const sequence = await readSequenceAt(file, start);
    if (sequence !== undefined && sequence > confirmed) high = start;
    else low = Math.min(high, await findNextLine(file, start, whole));
  }
  return high;
}

/** The start of the line that holds the byte before `offset` and goes on, or `offset` behind a newline. */
async function findLineStart(file: FileHandle, offset: number): Promise<number> {
  let position = offset;
  while (position > 0) {
    const start = Math.max(0, position - SCAN_BYTES);
    const newline = (await readBytes(file, start, position - start)).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    position = start;
  }
  return 0;
}

/** The offset behind the newline of the line that starts at `start`, at most `limit`. */
async function findNextLine(file: FileHandle, start: number, limit: number): Promise<number> {
  for (let position = start; position < limit; position += SCAN_BYTES) {
    const newline = (await readBytes(file, position, SCAN_BYTES)).indexOf(NEWLINE);
    if (newline >= 0) return position + newline + 1;
  }
  return limit;
}

/** Of the whole line that ends at `end`. */
async function readSequenceBefore(file: FileHandle, end: number): Promise<number | undefined> {
  return readSequenceAt(file, await findLineStart(file, end - 1));
}

async function readSequenceAt(file: FileHandle, start: number): Promise<number | undefined> {
  const head = (await readBytes(file, start, PREFIX_BYTES_MAX)).toString('latin1');
  const match = /^(?: *|\{"sequence":)(\d+)[ ,]/.exec(head);
  return match ? Number(match[1]) : undefined;
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
