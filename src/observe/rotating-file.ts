import { closeSync, fstatSync, ftruncateSync, openSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import { makeDirectories } from '../process/make-directories.ts';
import { appendSync } from './append-sync.ts';
import { LogFileError } from './log-file-error.ts';

export interface Rotation {
  /** A file that has reached it is renamed to `.1`. */
  readonly bytesMax: number;
  /** Renamed files that are kept. */
  readonly filesMax: number;
}

/** The group may read the log (adm, on most systems); nobody else. */
export const LOG_FILE_MODE = 0o640;

const DIRECTORY_MODE = 0o750;

interface InFlight {
  /** Size of the file before. */
  readonly offset: number;
  readonly bytes: number;
  state: 'writing' | 'written' | 'failed' | 'settled';
  cause?: Error;
}

/**
 * One life of a `rotating-file-stream`, which ends at its first error: it is opened, appended to and closed.
 *
 * The stream rotates. What it does not do is done here, through a second descriptor of the same file: to look
 * whether all of a batch has arrived (it takes a short write for a whole one), to take back half a batch, to
 * notice that the file has been deleted or moved, and to write without the event loop.
 */
export class RotatingFile {
  readonly #path: string;
  readonly #rotation: Rotation | undefined;
  readonly #stream: RotatingFileStream;
  /** Undefined while the stream rotates. */
  #descriptor: number | undefined;
  #isRotating = false;
  #inFlight: InFlight | undefined;

  static async open(path: string, rotation?: Rotation): Promise<RotatingFile> {
    try {
      makeDirectories(dirname(path), DIRECTORY_MODE);
    } catch (error) {
      throw new LogFileError(path, 'open', error as Error);
    }
    const file = new RotatingFile(path, rotation);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    file.#stream.once('open', () => resolve());
    file.#stream.once('error', (error) => {
      reject(new LogFileError(path, file.#isRotating ? 'rotate' : 'open', error));
    });
    try {
      await promise;
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  }

  private constructor(path: string, rotation: Rotation | undefined) {
    this.#path = path;
    this.#rotation = rotation;
    this.#stream = createStream(basename(path), {
      path: dirname(path),
      mode: LOG_FILE_MODE,
      ...(rotation && { size: `${rotation.bytesMax}B`, rotate: rotation.filesMax }),
    });
    // Where it matters, the callback of the write has it as well.
    this.#stream.on('error', () => {});
    this.#stream.on('rotation', () => {
      this.#verify();
      // Thrown in here it stops the rotation, which would put an empty file in the place of an old one each time.
      if (this.#inFlight?.state === 'failed') throw this.#inFlight.cause;
      this.#isRotating = true;
      this.#closeDescriptor();
    });
    this.#stream.on('open', () => {
      this.#isRotating = false;
      this.#descriptor = openSync(path, 'a', LOG_FILE_MODE);
    });
  }

  get rotates(): boolean {
    return this.#rotation !== undefined;
  }

  /** How much fits in before it is rotated. */
  get bytesFree(): number {
    if (this.#rotation === undefined || this.#descriptor === undefined) return Number.POSITIVE_INFINITY;
    return this.#rotation.bytesMax - fstatSync(this.#descriptor).size;
  }

  /** Rejects with `LogFileError`, which says whether the batch is in the file; if not, then no part of it is. */
  async append(batch: Buffer): Promise<void> {
    const inFlight: InFlight = { offset: this.#size(), bytes: batch.length, state: 'writing' };
    this.#inFlight = inFlight;
    const { promise, resolve } = Promise.withResolvers<Error | null | undefined>();
    this.#stream.write(batch, resolve);
    const error = await promise;
    this.#verify(error ?? undefined);
    this.#inFlight = undefined;
    if (inFlight.state === 'failed') throw new LogFileError(this.#path, 'write', inFlight.cause);
    if (error != null) {
      throw new LogFileError(this.#path, this.#isRotating ? 'rotate' : 'write', error, { isWritten: true });
    }
  }

  /**
   * Waits, without the event loop, until the batch of `append` has arrived; another thread writes it. False
   * where it has not in time, and the caller may write it once more.
   */
  settleSync(withinMs: number): boolean {
    const inFlight = this.#inFlight;
    if (inFlight === undefined || inFlight.state !== 'writing') return inFlight?.state !== 'failed';
    const deadline = performance.now() + withinMs;
    while (this.#size() < inFlight.offset + inFlight.bytes) {
      if (performance.now() >= deadline) break;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
    inFlight.state = 'settled';
    return this.#size() >= inFlight.offset + inFlight.bytes;
  }

  /** For the end of the process: without rotation. */
  appendSync(batch: Buffer): void {
    const descriptor = this.#descriptor ?? openSync(this.#path, 'a', LOG_FILE_MODE);
    try {
      appendSync(descriptor, batch);
    } finally {
      if (descriptor !== this.#descriptor) closeSync(descriptor);
    }
  }

  /** False where somebody has deleted, moved or replaced the file. */
  isCurrent(): boolean {
    if (this.#descriptor === undefined) return true;
    const own = fstatSync(this.#descriptor);
    try {
      const found = statSync(this.#path);
      return found.ino === own.ino && found.dev === own.dev;
    } catch (error) {
      // Where one may no longer look, one cannot open it again either.
      return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    }
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#stream.closed) resolve();
    this.#stream.once('close', () => resolve());
    this.#stream.end();
    await promise;
    this.#closeDescriptor();
  }

  /** Decides what became of the batch in flight, and takes back a part of it. */
  #verify(error?: Error): void {
    const inFlight = this.#inFlight;
    if (inFlight?.state !== 'writing' || this.#descriptor === undefined) return;
    const { size, nlink } = fstatSync(this.#descriptor);
    if (nlink > 0 && size >= inFlight.offset + inFlight.bytes) {
      inFlight.state = 'written';
      return;
    }
    inFlight.state = 'failed';
    if (nlink === 0) inFlight.cause = new Error('somebody has deleted it');
    else if (error !== undefined) inFlight.cause = error;
    else {
      const found = `${size - inFlight.offset} of ${inFlight.bytes} bytes were written`;
      inFlight.cause = new Error(`${found}; the disk may be full`);
    }
    if (size > inFlight.offset) ftruncateSync(this.#descriptor, inFlight.offset);
  }

  #size(): number {
    return this.#descriptor === undefined ? 0 : fstatSync(this.#descriptor).size;
  }

  #closeDescriptor(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
