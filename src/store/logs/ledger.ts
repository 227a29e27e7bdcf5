import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/** One batch whose lines are in the log files. */
export interface LedgerRecord {
  /** Sixteen hexadecimal digits. */
  readonly worker: string;
  readonly batch: number;
  readonly firstSequence: number;
  readonly count: number;
  /** Bytes of the log file up to the end of this batch's last line. */
  readonly fileEnd: number;
}

const RECORD_BYTES = 48;
const MAGIC = 0x4d4c4731;
/** A megabyte and a half; then the ledger is written anew with what is still needed. */
const RECORDS_MAX = 32 * 1024;
/** More batches than a worker has under way at any time, so that what it sends again is recognised. */
export const RECORDS_PER_WORKER_MAX = 2048;
/** Workers of former times send nothing any more. */
export const WORKERS_MAX = 64;

/**
 * The store's memory of what it has confirmed: an append-only file of fixed-size records with checksums. A
 * line of the log files counts only when its batch is in here; what a crash left behind the last record is
 * cut off, because its worker sends it again.
 */
export class Ledger {
  readonly #path: string;
  #file: FileHandle | undefined;
  #records: LedgerRecord[] = [];
  /** Bytes of the file that hold whole records. */
  #length = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads the records, oldest first, and cuts off a torn one. */
  async open(): Promise<readonly LedgerRecord[]> {
    this.#file = await open(this.#path, 'a+', 0o640);
    const bytes = await this.#file.readFile();
    const records: LedgerRecord[] = [];
    let end = 0;
    while (end + RECORD_BYTES <= bytes.length) {
      const record = decodeRecord(bytes.subarray(end, end + RECORD_BYTES));
      if (record === undefined) break;
      records.push(record);
      end += RECORD_BYTES;
    }
    if (end < bytes.length) await this.#file.truncate(end);
    this.#records = records;
    this.#length = end;
    return records;
  }

  /**
   * Adds the records of one commit. After an error nothing of them counts, and the same call may be made
   * again.
   */
  async append(records: readonly LedgerRecord[], sync: boolean): Promise<void> {
    const bytes = Buffer.concat(records.map(encodeRecord));
    try {
      await writeAll(this.#opened(), bytes);
      if (sync) await this.#opened().datasync();
    } catch (error) {
      await this.#reopen();
      throw error;
    }
    this.#length += bytes.length;
    this.#records.push(...records);
    if (this.#records.length > RECORDS_MAX) await this.#compact();
  }

  async sync(): Promise<void> {
    await this.#file?.datasync();
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  #opened(): FileHandle {
    if (this.#file === undefined) throw new Error(`the ledger ${this.#path} is not open`);
    return this.#file;
  }

  /** After a failed write or sync the kernel may have dropped pages: never go on with the same descriptor. */
  async #reopen(): Promise<void> {
    await this.#file?.close().catch(() => {});
    this.#file = await open(this.#path, 'a+', 0o640);
    await this.#file.truncate(this.#length);
  }

  async #compact(): Promise<void> {
    const kept = selectNeeded(this.#records);
    const fresh = `${this.#path}.new`;
    const file = await open(fresh, 'w', 0o640);
    const bytes = Buffer.concat(kept.map(encodeRecord));
    try {
      await writeAll(file, bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, this.#path);
    await syncDirectory(dirname(this.#path));
    await this.#file?.close();
    this.#file = await open(this.#path, 'a+', 0o640);
    this.#records = kept;
    this.#length = bytes.length;
  }
}

/** The latest records of the latest workers, in their order. The very last record is always among them. */
export function selectNeeded(records: readonly LedgerRecord[]): LedgerRecord[] {
  const counts = new Map<string, number>();
  const kept: LedgerRecord[] = [];
  for (let i = records.length - 1; i >= 0; i -= 1) {
    const record = records[i] as LedgerRecord;
    const count = counts.get(record.worker) ?? 0;
    if (count === 0 && counts.size === WORKERS_MAX) continue;
    counts.set(record.worker, count + 1);
    if (count < RECORDS_PER_WORKER_MAX) kept.push(record);
  }
  return kept.reverse();
}

export async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await file.write(bytes, written)).bytesWritten;
  }
}

/** Makes renames and new names in a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function encodeRecord(record: LedgerRecord): Buffer {
  const bytes = Buffer.alloc(RECORD_BYTES);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.write(record.worker, 4, 8, 'hex');
  bytes.writeDoubleLE(record.batch, 12);
  bytes.writeDoubleLE(record.firstSequence, 20);
  bytes.writeUInt32LE(record.count, 28);
  bytes.writeDoubleLE(record.fileEnd, 32);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, RECORD_BYTES - 4)), RECORD_BYTES - 4);
  return bytes;
}

function decodeRecord(bytes: Buffer): LedgerRecord | undefined {
  if (bytes.readUInt32LE(0) !== MAGIC) return undefined;
  if (bytes.readUInt32LE(RECORD_BYTES - 4) !== crc32(bytes.subarray(0, RECORD_BYTES - 4))) return undefined;
  return {
    worker: bytes.toString('hex', 4, 12),
    batch: bytes.readDoubleLE(12),
    firstSequence: bytes.readDoubleLE(20),
    count: bytes.readUInt32LE(28),
    fileEnd: bytes.readDoubleLE(32),
  };
}
