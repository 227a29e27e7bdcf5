import { closeSync, openSync, statSync } from 'node:fs';
import { appendSync } from './append-sync.ts';
import { LineQueue } from './line-queue.ts';
import type { LogFileError } from './log-file-error.ts';
import { LOG_FILE_MODE, RotatingFile, type Rotation } from './rotating-file.ts';

/** One call of the file stream costs as much as formatting fifty lines. */
const BATCH_BYTES_MAX = 64 * 1024;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 1000;
/** How soon a deleted or moved file is noticed when nothing is written. */
const WATCH_MS = 1000;
/** After old files could not be renamed, lines are appended without rotation for so long. */
const ROTATION_RETRY_MS = 60_000;
const SETTLE_MS_MAX = 500;
/** A disk that does not answer must not keep the server from ending. */
const CLOSE_MS_MAX = 2000;

export interface LogFileEvents {
  /** Once for each time that it cannot be written; lines wait meanwhile. */
  readonly onFailed: (error: LogFileError) => void;
  /** All that waited is written; so many lines found no room in the queue. */
  readonly onRecovered: (dropped: number) => void;
}

/**
 * The log file through every mishap: a queue of lines, and one loop that writes them in batches and opens the
 * file anew after each error.
 *
 * States: `closed` → `open` ⇄ `failing`; from both through `closing` to `closed`.
 */
export class LogFile {
  readonly path: string;
  readonly #events: LogFileEvents;
  readonly #queue = new LineQueue();
  #rotation: Rotation | undefined;
  #state: 'closed' | 'open' | 'failing' | 'closing' = 'closed';
  #file: RotatingFile | undefined;
  #inFlight: readonly Buffer[] | undefined;
  #isReopenDue = false;
  #reopened = Promise.withResolvers<void>();
  #rotateAgainAt = 0;
  #retryMs = RETRY_MS_MIN;
  #wake: () => void = () => {};
  #endPause: () => void = () => {};
  #serving: Promise<void> = Promise.resolve();
  #watch: NodeJS.Timeout | undefined;

  constructor(path: string, rotation: Rotation | undefined, events: LogFileEvents) {
    this.path = path;
    this.#rotation = rotation;
    this.#events = events;
  }

  /** Rejects with `LogFileError` where it cannot be opened the first time. */
  async open(): Promise<void> {
    this.#file = await RotatingFile.open(this.path, this.#rotation);
    this.#state = 'open';
    this.#serving = this.#serve();
    this.#watch = setInterval(() => this.#look(), WATCH_MS).unref();
  }

  write(line: string): void {
    this.#queue.push(line);
    this.#wake();
  }

  /** Opens whatever the path leads to now; resolves when that was tried. Lines wait meanwhile. */
  reopen(): Promise<void> {
    if (this.#isEnding) return Promise.resolve();
    this.#isReopenDue = true;
    this.#wake();
    this.#endPause();
    return this.#reopened.promise;
  }

  changeRotation(rotation: Rotation | undefined): Promise<void> {
    this.#rotation = rotation;
    this.#rotateAgainAt = 0;
    return this.reopen();
  }

  /** Writes everything that waits before it returns, if the disk takes it. For the end of the process. */
  flushSync(): void {
    if (this.#state === 'closed') return;
    const inFlight = this.#inFlight;
    this.#inFlight = undefined;
    // Rather twice than not at all.
    const isArrived = inFlight === undefined || this.#file?.settleSync(SETTLE_MS_MAX);
    const lines = [...(isArrived ? [] : (inFlight ?? [])), ...this.#queue.takeAll()];
    if (lines.length === 0) return;
    const bytes = Buffer.concat(lines);
    try {
      if (this.#file !== undefined) this.#file.appendSync(bytes);
      else appendTo(this.path, bytes);
    } catch {
      this.#queue.putBack(lines);
    }
  }

  /** Resolves with the number of lines that could not be written. */
  async close(): Promise<number> {
    if (this.#state === 'closed') return 0;
    this.#state = 'closing';
    clearInterval(this.#watch);
    this.#wake();
    this.#endPause();
    await Promise.race([this.#serving, new Promise((resolve) => setTimeout(resolve, CLOSE_MS_MAX).unref())]);
    this.flushSync();
    this.#state = 'closed';
    return this.#queue.length + this.#queue.takeDropped();
  }

  get #isEnding(): boolean {
    return this.#state === 'closing' || this.#state === 'closed';
  }

  async #serve(): Promise<void> {
    while (!this.#isEnding || (this.#state === 'closing' && !this.#queue.isEmpty)) {
      if (this.#isReopenDue) await this.#closeFile();
      try {
        this.#file ??= await this.#openFile();
        if (!this.#queue.isEmpty) await this.#appendBatch(this.#file);
        if (this.#queue.isEmpty) this.#recover();
        if (this.#queue.isEmpty) await this.#idle();
      } catch (error) {
        await this.#closeFile();
        if (this.#isEnding) break;
        this.#fail(error as LogFileError);
        await this.#pause(this.#retryMs);
        this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX);
      }
    }
    await this.#closeFile();
    this.#reopened.resolve();
  }

  async #openFile(): Promise<RotatingFile> {
    const isRotating = performance.now() >= this.#rotateAgainAt;
    this.#isReopenDue = false;
    const reopened = this.#reopened;
    this.#reopened = Promise.withResolvers<void>();
    try {
      return await RotatingFile.open(this.path, isRotating ? this.#rotation : undefined);
    } finally {
      reopened.resolve();
    }
  }

  async #appendBatch(file: RotatingFile): Promise<void> {
    const lines = this.#queue.take(BATCH_BYTES_MAX, file.bytesFree);
    this.#inFlight = lines;
    try {
      await file.append(Buffer.concat(lines));
    } catch (error) {
      if (this.#inFlight === lines && !(error as LogFileError).isWritten) this.#queue.putBack(lines);
      throw error;
    } finally {
      this.#inFlight = undefined;
    }
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  #fail(error: LogFileError): void {
    if (error.isRotation) this.#rotateAgainAt = performance.now() + ROTATION_RETRY_MS;
    if (this.#state !== 'open') return;
    this.#state = 'failing';
    this.#events.onFailed(error);
  }

  #recover(): void {
    this.#retryMs = RETRY_MS_MIN;
    const isNews = this.#state === 'failing' || this.#queue.dropped > 0;
    if (this.#state === 'failing') this.#state = 'open';
    if (isNews) this.#events.onRecovered(this.#queue.takeDropped());
  }

  /** Each second: is the file still where it was, and may it be rotated again? */
  #look(): void {
    const file = this.#file;
    if (file === undefined || this.#inFlight !== undefined) return;
    const mayRotate = this.#rotation !== undefined && performance.now() >= this.#rotateAgainAt;
    if (!file.isCurrent() || file.rotates !== mayRotate) void this.reopen();
  }

  async #idle(): Promise<void> {
    if (this.#isReopenDue || this.#isEnding) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  /** New lines do not cut it short. */
  async #pause(ms: number): Promise<void> {
    if (this.#isReopenDue || this.#isEnding) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#endPause = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }
}

function appendTo(path: string, bytes: Buffer): void {
  // A pipe without a reader would keep the process from ending.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) return;
  const descriptor = openSync(path, 'a', LOG_FILE_MODE);
  try {
    appendSync(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
}
