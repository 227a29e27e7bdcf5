import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';

/** Lines that wait for a reader which does not read; more than that and new ones are dropped and counted. */
const QUEUE_BYTES_MAX = 1024 * 1024;
const RETRY_MS = 20;
/** What a full pipe, a full disk and their like say; everything else means that nobody will ever read. */
const PASSING_ERRORS = new Set([
  'EAGAIN',
  'EWOULDBLOCK',
  'EBUSY',
  'EINTR',
  'ENOBUFS',
  'ENOMEM',
  'ENOSPC',
  'EDQUOT',
]);

export interface WriterOptions {
  /** How long a call waits for a reader that is merely slow, once, before lines begin to queue. */
  readonly patienceMs: number;
  /** The reader reads again; so many lines did not fit in the meantime. */
  readonly onDropped: (count: number) => void;
  /** The reader is gone for good. */
  readonly onClosed: (error: NodeJS.ErrnoException) => void;
}

/** What this file needs of `process.stdout`. Merely having it makes the descriptor of a pipe non-blocking. */
export interface OutputStream {
  readonly fd: number;
  readonly isTTY?: boolean;
}

/**
 * Writes lines to a pipe or a terminal at once, in the same call, so that nothing is lost when the process ends
 * in whatever way; and never waits where the other end does not read.
 *
 * States: `free` → `stuck` (lines wait, a timer tries again) → `free`; from each of them to `closed`.
 */
export class NonBlockingWriter {
  readonly #fd: number;
  readonly #isOwn: boolean;
  readonly #options: WriterOptions;
  #state: 'free' | 'stuck' | 'closed' = 'free';
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #isWriting = false;

  constructor(stream: OutputStream, options: WriterOptions) {
    this.#fd = openNonBlocking(stream);
    this.#isOwn = this.#fd !== stream.fd;
    this.#options = options;
  }

  get state(): 'free' | 'stuck' | 'closed' {
    return this.#state;
  }

  write(line: string): void {
    if (this.#state === 'closed') return;
    const bytes = Buffer.from(`${line}\n`);
    if (this.#queue.length > 0 && this.#queuedBytes + bytes.length > QUEUE_BYTES_MAX) {
      this.#dropped += 1;
      return;
    }
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (this.#state === 'free') this.flushSync(this.#options.patienceMs);
  }

  /** Gives a reader that is merely slow so much time. For the end of the process. */
  flushSync(withinMs: number): void {
    const deadline = performance.now() + withinMs;
    this.#advance();
    while (this.#queue.length > 0 && performance.now() < deadline) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      this.#advance();
    }
  }

  /** Forgets what could not be written. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    if (this.#isOwn) closeSync(this.#fd);
    clearTimeout(this.#timer);
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #advance(): void {
    // A message about what was dropped comes back here through `write`.
    if (this.#isWriting || this.#state === 'closed') return;
    this.#isWriting = true;
    try {
      while (this.#queue.length > 0) this.#writeFirst(this.#queue[0] as Buffer);
      this.#state = 'free';
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException);
    } finally {
      this.#isWriting = false;
    }
    if (this.#state === 'free' && this.#dropped > 0) {
      const dropped = this.#dropped;
      this.#dropped = 0;
      this.#options.onDropped(dropped);
    }
  }

  #writeFirst(bytes: Buffer): void {
    const written = writeSync(this.#fd, bytes);
    this.#queuedBytes -= written;
    if (written === bytes.length) this.#queue.shift();
    else this.#queue[0] = bytes.subarray(written);
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (!PASSING_ERRORS.has(error.code ?? '')) {
      this.close();
      this.#options.onClosed(error);
      return;
    }
    this.#state = 'stuck';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#advance(), RETRY_MS).unref();
  }
}

/**
 * A descriptor that answers EAGAIN instead of waiting. A terminal or a pipe is opened once more for it, since its
 * own descriptor may be shared with other programs, which do not expect it to be non-blocking.
 */
function openNonBlocking({ fd, isTTY = false }: OutputStream): number {
  try {
    if (!isTTY && !fstatSync(fd).isFIFO()) return fd;
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    // Another system, another owner, or closed; what the descriptor itself can do will show.
    return fd;
  }
}
