import { type FileHandle, open, stat } from 'node:fs/promises';
import { makeDirectories } from '../../process/make-directories.ts';
import { syncDirectory, writeAll } from './ledger.ts';
import type { LogFiles } from './log-files.ts';

/** Consecutive lines: their bytes and the offset behind each newline. */
export interface Lines {
  readonly bytes: Buffer;
  readonly ends: Uint32Array;
}

export interface LogWriterOptions {
  readonly maxFileBytes: number;
  /** Whether `commit` and a rotation wait for the disk. */
  readonly sync: boolean;
}

/** The number of buffers that one writev takes (IOV_MAX). */
const BUFFERS_PER_WRITE_MAX = 1024;

/**
 * Appends lines to the current log file and rotates it between lines.
 *
 * What was written since the last `commit` is remembered: after an error, the next attempt opens the file
 * anew, cuts it back to the last commit and writes everything again. So a short write, a full disk or a
 * failed sync never leaves half a line or loses one.
 */
export class LogWriter {
  readonly #files: LogFiles;
  options: LogWriterOptions;
  #file: FileHandle | undefined;
  #inode = 0n;
  /** Bytes of the current file that are committed. */
  #committedBytes = 0;
  /** Of the current file, behind the committed bytes, in order; the first `#written` of them are in the file. */
  #uncommitted: Buffer[] = [];
  #uncommittedBytes = 0;
  #written = 0;
  /** A step failed: the file has to be opened anew before the next one. */
  #isBroken = false;
  rotations = 0;

  constructor(files: LogFiles, options: LogWriterOptions) {
    this.#files = files;
    this.options = options;
  }

  /** Bytes of the current file, with what is still to be written. */
  get fileBytes(): number {
    return this.#committedBytes + this.#uncommittedBytes;
  }

  async open(): Promise<void> {
    makeDirectories(this.#files.directory, 0o750);
    const file = await open(this.#files.current, 'a', 0o640);
    const { size, ino } = await file.stat({ bigint: true });
    this.#file = file;
    this.#inode = ino;
    this.#committedBytes = Number(size);
  }

  /**
   * Adds lines, as many as fit into the current file, from line `from` on, and returns the number of the
   * first line that did not fit. When that is not the end, `rotate` and call again. Writes nothing yet.
   */
  add({ bytes, ends }: Lines, from: number): number {
    const start = from === 0 ? 0 : (ends[from - 1] as number);
    const room = start + Math.max(0, this.options.maxFileBytes - this.fileBytes);
    let to = ends.length;
    if ((ends[to - 1] as number) > room) to = countWithin(ends, room, from);
    // A line longer than a whole file gets a file of its own.
    if (to === from && this.fileBytes === 0) to = from + 1;
    if (to > from) {
      const part = bytes.subarray(start, ends[to - 1]);
      this.#uncommitted.push(part);
      this.#uncommittedBytes += part.length;
    }
    return to;
  }

  /**
   * Writes what was added; with `sync` it is on the disk when this resolves. After an error, call it again: it
   * starts from the last commit.
   */
  async commit(): Promise<void> {
    await this.#attempt(async () => {
      await this.#write();
      if (this.options.sync) await this.#opened().datasync();
      this.#committedBytes += this.#uncommittedBytes;
      this.#uncommitted = [];
      this.#uncommittedBytes = 0;
      this.#written = 0;
    });
  }

  /** Completes the current file and begins a new one. After an error, call it again. */
  async rotate(): Promise<void> {
    await this.commit();
    await this.#attempt(async () => {
      // Empty already: the last attempt got that far.
      if (this.#committedBytes === 0) return;
      const full = this.#opened();
      await full.datasync();
      await full.close();
      this.#file = undefined;
      await this.#files.shift();
      await this.open();
      if (this.options.sync) await syncDirectory(this.#files.directory);
      this.rotations += 1;
    });
  }

  /** Whether someone moved, replaced or emptied the current file; then it is opened anew. */
  async follow(): Promise<boolean> {
    if (this.#isBroken) return false;
    const found = await stat(this.#files.current, { bigint: true }).catch(() => undefined);
    if (found?.ino === this.#inode && Number(found.size) === this.#committedBytes) return false;
    await this.#file?.close();
    this.#file = undefined;
    await this.open();
    return true;
  }

  async sync(): Promise<void> {
    await this.#file?.datasync();
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  #opened(): FileHandle {
    if (this.#file === undefined) throw new Error(`the log file ${this.#files.current} is not open`);
    return this.#file;
  }

  async #write(): Promise<void> {
    const file = this.#opened();
    while (this.#written < this.#uncommitted.length) {
      const buffers = this.#uncommitted.slice(this.#written, this.#written + BUFFERS_PER_WRITE_MAX);
      const expected = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
      const { bytesWritten } = await file.writev(buffers);
      if (bytesWritten < expected) await writeAll(file, Buffer.concat(buffers).subarray(bytesWritten));
      this.#written += buffers.length;
    }
  }

  async #attempt(step: () => Promise<void>): Promise<void> {
    if (this.#isBroken) await this.#recover();
    this.#isBroken = true;
    await step();
    this.#isBroken = false;
  }

  /** Opens the current file anew, without what was not committed. */
  async #recover(): Promise<void> {
    await this.#file?.close().catch(() => {});
    this.#file = undefined;
    this.#written = 0;
    const size = this.#committedBytes;
    await this.open();
    if (this.#committedBytes > size) await this.#opened().truncate(size);
    // A file that someone replaced or emptied is shorter: go on where it ends.
    this.#committedBytes = Math.min(this.#committedBytes, size);
  }
}

/** The first line whose end lies behind `room`. */
function countWithin(ends: Uint32Array, room: number, from: number): number {
  let low = from;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] as number) <= room) low = middle + 1;
    else high = middle;
  }
  return low;
}
