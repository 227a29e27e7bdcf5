import assert from 'node:assert';
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/** One batch whose lines are in the log files. */
export interface LedgerRecord {
  /** Sixteen hexadecimal digits. */
  readonly worker: string;
  readonly batch: number;
  readonly firstSequence: number;
  readonly count: number;
}

const RECORD_BYTES = 36;
const MAGIC = 0x4d4c4731;
/** Then the ledger is written anew with what is still needed. */
const RECORDS_MAX = 32 * 1024;
const FILE_BYTES = RECORDS_MAX * RECORD_BYTES;
/** Workers of former times send nothing any more. */
export const WORKERS_MAX = 64;
/** More batches than a worker has under way at any time, so that what it sends again is recognised. */
export const RECORDS_PER_WORKER_MAX = RECORDS_MAX / 2 / WORKERS_MAX;

/**
 * The store's memory of what it has confirmed: fixed-size records with checksums, one behind the other. A line
 * of the log files counts only when its batch is in here; what a crash left behind the last record is cut off,
 * because its worker sends it again.
 *
 * The file has its full size from the start, so that a record neither needs room on a full disk nor costs the
 * file system a change of the file's length.
 */
export class Ledger {
  readonly #path: string;
  #file: FileHandle | undefined;
  #records: LedgerRecord[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads the records, oldest first. A torn one is where they end. */
  async open(): Promise<readonly LedgerRecord[]> {
    const bytes = await readFile(this.#path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    const records: LedgerRecord[] = [];
    for (let start = 0; start + RECORD_BYTES <= bytes.length; start += RECORD_BYTES) {
      const record = decodeRecord(bytes.subarray(start, start + RECORD_BYTES));
      if (record === undefined) break;
      records.push(record);
    }
    if (bytes.length !== FILE_BYTES) {
      await this.#rewrite(selectNeeded(records));
      return this.#records;
    }
    this.#file = await open(this.#path, 'r+');
    this.#records = records;
    const end = records.length * RECORD_BYTES;
    if (bytes.subarray(end).some((byte) => byte !== 0)) {
      // Whole records behind a torn one must not come to count when others are written before them.
      await writeAll(this.#file, Buffer.alloc(FILE_BYTES - end), end);
      await this.#file.datasync();
    }
    return records;
  }

  /**
   * Adds the records of one commit. After an error the same call may be made again; it writes over what the
   * failed one left.
   */
  async append(records: readonly LedgerRecord[], sync: boolean): Promise<void> {
    if (this.#records.length + records.length > RECORDS_MAX) await this.#rewrite(selectNeeded(this.#records));
    assert(this.#records.length + records.length <= RECORDS_MAX);
    const file = this.#opened();
    const bytes = Buffer.concat(records.map(encodeRecord));
    try {
      await writeAll(file, bytes, this.#records.length * RECORD_BYTES);
      if (sync) await file.datasync();
    } catch (error) {
      // After a failed sync the kernel may have dropped pages: never go on with the same descriptor.
      await file.close().catch(() => {});
      this.#file = await open(this.#path, 'r+');
      throw error;
    }
    this.#records.push(...records);
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

  /** Puts a file with these records in the place of the present one, at once or not at all. */
  async #rewrite(records: LedgerRecord[]): Promise<void> {
    assert(records.length < RECORDS_MAX);
    const fresh = `${this.#path}.new`;
    const file = await open(fresh, 'w', 0o640);
    const bytes = Buffer.alloc(FILE_BYTES);
    for (const [i, record] of records.entries()) encodeRecord(record).copy(bytes, i * RECORD_BYTES);
    try {
      await writeAll(file, bytes, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, this.#path);
    await syncDirectory(dirname(this.#path));
    await this.#file?.close();
    this.#file = await open(this.#path, 'r+');
    this.#records = records;
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

/** At the position, or where the file ends. */
export async function writeAll(file: FileHandle, bytes: Buffer, position?: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const at = position === undefined ? null : position + written;
    written += (await file.write(bytes, written, bytes.length - written, at)).bytesWritten;
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
  };
}
