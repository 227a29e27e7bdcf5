import { type FileHandle, open } from 'node:fs/promises';
import { type LedgerRecord, writeAll } from './ledger.ts';
import type { LogFiles } from './log-files.ts';

/** What was found and done at the start of the store. */
export interface Recovery {
  readonly nextSequence: number;
  /** Bytes without a record in the ledger, which were cut off: their workers send them again. */
  readonly cutBytes: number;
  /** The files do not hold the last line that the ledger has; someone removed or changed them. */
  readonly isLineMissing: boolean;
}

/** A prefix and the sequence, in any format, are within this many bytes. */
const PREFIX_BYTES_MAX = 64;
const SCAN_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Brings the log files and the ledger to one state after whatever ended the last store: the files end with
 * the last line that the ledger confirms.
 */
export async function recoverLogFiles(files: LogFiles, records: readonly LedgerRecord[]): Promise<Recovery> {
  const last = records.at(-1);
  if (last === undefined) {
    // A first start, or one whose every line was never confirmed. Foreign content only gets its last line ended.
    return { nextSequence: 0, cutBytes: 0, isLineMissing: !(await endLastLine(files.current)) };
  }
  const lastSequence = last.firstSequence + last.count - 1;
  const nextSequence = lastSequence + 1;
  let newerBytes = 0;
  for (const [index, path] of (await files.list()).entries()) {
    const file = await open(path, 'r+');
    try {
      const { size } = await file.stat();
      if (size >= last.fileEnd && (await readSequenceOfLine(file, last.fileEnd)) === lastSequence) {
        await file.truncate(last.fileEnd);
        await file.datasync();
        await files.unshift(index);
        return { nextSequence, cutBytes: newerBytes + size - last.fileEnd, isLineMissing: false };
      }
      newerBytes += size;
    } finally {
      await file.close();
    }
  }
  await cutUnconfirmed(files.current, lastSequence);
  return { nextSequence, cutBytes: 0, isLineMissing: true };
}

/** The sequence of the line that ends just before `end`, or undefined where no line does. */
async function readSequenceOfLine(file: FileHandle, end: number): Promise<number | undefined> {
  let position = end;
  let tail = Buffer.alloc(0);
  while (position > 0) {
    const start = Math.max(0, position - SCAN_BYTES);
    const block = Buffer.alloc(position - start);
    await file.read(block, 0, block.length, start);
    tail = Buffer.concat([block, tail.subarray(0, PREFIX_BYTES_MAX)]);
    const isLastBlock = position === end;
    if (isLastBlock && block.at(-1) !== NEWLINE) return undefined;
    const newline = block.lastIndexOf(NEWLINE, isLastBlock ? block.length - 2 : block.length - 1);
    if (newline >= 0) return parseSequence(tail.subarray(newline + 1));
    position = start;
  }
  return parseSequence(tail);
}

function parseSequence(line: Buffer): number | undefined {
  const match = /^(?: *|\{"sequence":)(\d+)[ ,]/.exec(line.toString('latin1', 0, PREFIX_BYTES_MAX));
  return match ? Number(match[1]) : undefined;
}

/**
 * In files that do not fit the ledger: cuts off lines that carry numbers which the ledger will give again,
 * so that none stands there twice, and a torn last line.
 */
async function cutUnconfirmed(path: string, lastSequence: number): Promise<void> {
  const file = await open(path, 'r+').catch(() => undefined);
  if (file === undefined) return;
  try {
    let end = await findLastLineEnd(file);
    while (end > 0) {
      const sequence = await readSequenceOfLine(file, end);
      if (sequence === undefined || sequence <= lastSequence) break;
      end = await findLastLineEnd(file, end - 1);
    }
    await file.truncate(end);
  } finally {
    await file.close();
  }
}

/** The offset behind the last newline before `limit`. */
async function findLastLineEnd(file: FileHandle, limit = Number.MAX_SAFE_INTEGER): Promise<number> {
  let position = Math.min(limit, (await file.stat()).size);
  while (position > 0) {
    const start = Math.max(0, position - SCAN_BYTES);
    const block = Buffer.alloc(position - start);
    await file.read(block, 0, block.length, start);
    const newline = block.lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    position = start;
  }
  return 0;
}

/** Returns false where the file had content. */
async function endLastLine(path: string): Promise<boolean> {
  const file = await open(path, 'a+').catch(() => undefined);
  if (file === undefined) return true;
  try {
    const { size } = await file.stat();
    if (size === 0) return true;
    if ((await findLastLineEnd(file)) < size) await writeAll(file, Buffer.from('\n'));
    return false;
  } finally {
    await file.close();
  }
}
