import assert from 'node:assert';
import { EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Logger } from '../observe/logger.ts';
import { encodeFrame, encodeHeader, FRAME, type Frame, FrameReader } from './frame.ts';
import type { LogBatch } from './log-batch.ts';
import {
  decodeJson,
  decodeSequence,
  encodeBatch,
  encodeJson,
  type StoreHealth,
  type Welcome,
} from './messages.ts';

/** A restarting store is back within milliseconds; a longer wait only costs a look at the socket file. */
const RECONNECT_DELAY_MS_MIN = 5;
const RECONNECT_DELAY_MS_MAX = 250;

const UNREACHABLE: StoreHealth = { ready: false, reasons: ['the store is not reachable'] };

/** The store recognises at least this many batches of a worker when they come again. */
const BATCHES_UNDER_WAY_MAX = 128;

interface Pending {
  readonly id: number;
  readonly batch: LogBatch;
  readonly resolve: (firstSequence: number) => void;
}

interface LinkClientEvents {
  /** The store can be reached again, or no longer, or its health changed. */
  health: [health: StoreHealth];
  /** The store has welcomed this worker, for the first time or again: frames can be sent. */
  connected: [];
  /** What was sent and is not answered will not be answered. */
  disconnected: [];
  /** A frame of a type that does not belong to batches. */
  frame: [frame: Frame];
}

/**
 * The worker's end of the link. It keeps every batch until the store has acknowledged it and sends it again
 * after a reconnect; the store recognises what it already has.
 *
 * States: `idle` (before `open`), `connecting` (waits or tries), `greeting` (connected, hello sent),
 * `open` (welcome received), `closed` (for good). A lost connection leads from `greeting` and `open` back to
 * `connecting`.
 */
export class LinkClient extends EventEmitter<LinkClientEvents> {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #worker = drawName();
  #state: 'idle' | 'connecting' | 'greeting' | 'open' | 'closed' = 'idle';
  #socket: Socket | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #delayMs = RECONNECT_DELAY_MS_MIN;
  #health = UNREACHABLE;
  #creditBytes = 0;
  #nextId = 1;
  /** In the order of their ids; the first `#sent` of them are on the wire. */
  #pending: Pending[] = [];
  #sent = 0;
  #sentBytes = 0;
  #probe: { readonly batch: LogBatch; readonly answer: PromiseWithResolvers<Buffer> } | undefined;
  /** The highest sequence that the store has told. */
  #nextSequence = 0;

  constructor(path: string, logger: Logger) {
    super();
    this.#path = path;
    this.#logger = logger;
  }

  get isConnected(): boolean {
    return this.#state === 'open';
  }

  get health(): StoreHealth {
    return this.#health;
  }

  /** About the sequence that the next line will get. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** Resolves when the store has welcomed this worker. */
  async open(): Promise<void> {
    assert(this.#state === 'idle');
    const { promise, resolve } = Promise.withResolvers<void>();
    const settle = () => {
      if (this.#state === 'open' || this.#state === 'closed') resolve();
    };
    this.on('health', settle);
    this.#connect();
    await promise;
    this.off('health', settle);
  }

  /**
   * Hands a batch over. Batches reach the log file in the order of these calls. Resolves with the sequence of
   * its first line when the store has it; while the store is away or its disk is full, that takes as long as
   * it takes. The batch must not be changed any more.
   */
  append(batch: LogBatch): Promise<number> {
    assert(batch.count > 0);
    return new Promise((resolve) => {
      this.#pending.push({ id: this.#nextId++, batch, resolve });
      this.#send();
    });
  }

  /** Sends lines the whole way without keeping them. Resolves with the bytes that the store would write. */
  probe(batch: LogBatch): Promise<Buffer> {
    assert(this.#probe === undefined && batch.count > 0);
    this.#probe = { batch, answer: Promise.withResolvers<Buffer>() };
    this.#sendProbe();
    return this.#probe.answer.promise;
  }

  /** Sends a frame whose body is these parts; only between `connected` and `disconnected`. */
  send(type: number, id: number, parts: readonly Buffer[]): void {
    assert(this.#state === 'open');
    const socket = this.#socket as Socket;
    socket.cork();
    socket.write(encodeHeader(type, id, sumLengths(parts)));
    for (const part of parts) socket.write(part);
    socket.uncork();
  }

  close(): void {
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    clearTimeout(this.#reconnect);
    this.#socket?.destroy();
    this.#setHealth(UNREACHABLE);
    if (wasOpen) this.emit('disconnected');
  }

  #connect(): void {
    this.#state = 'connecting';
    const socket = connect(this.#path);
    const reader = new FrameReader();
    this.#socket = socket;
    socket.on('connect', () => {
      this.#state = 'greeting';
      const hello = encodeJson({ worker: this.#worker, pid: process.pid });
      socket.write(Buffer.concat([encodeHeader(FRAME.hello, 0, hello.length), hello]));
    });
    socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.read(chunk)) {
        const { type, id, body } = frame;
        if (type === FRAME.welcome) this.#welcomed(decodeJson<Welcome>(body));
        else if (type === FRAME.appended) this.#appended(id, decodeSequence(body));
        else if (type === FRAME.health) this.#setHealth(decodeJson<StoreHealth>(body));
        else if (type === FRAME.probed) this.#probed(body);
        else this.emit('frame', frame);
      }
    });
    // The reason is told by what 'close' leads to: another try.
    socket.on('error', () => {});
    socket.on('close', () => this.#disconnected());
  }

  #disconnected(): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    if (wasOpen) {
      this.#logger.warn({ batches_pending: this.#pending.length }, 'lost the connection to the store');
    }
    this.#state = 'connecting';
    this.#sent = 0;
    this.#sentBytes = 0;
    this.#setHealth(UNREACHABLE);
    this.#reconnect = setTimeout(() => this.#connect(), this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, RECONNECT_DELAY_MS_MAX);
    if (wasOpen) this.emit('disconnected');
  }

  #welcomed(welcome: Welcome): void {
    this.#state = 'open';
    this.#delayMs = RECONNECT_DELAY_MS_MIN;
    this.#creditBytes = welcome.creditBytes;
    this.#nextSequence = Math.max(this.#nextSequence, welcome.nextSequence);
    this.#send();
    this.#sendProbe();
    this.emit('connected');
    this.#setHealth(welcome.health);
  }

  #sendProbe(): void {
    if (this.#state !== 'open' || this.#probe === undefined) return;
    this.#socket?.write(encodeFrame(FRAME.probe, 0, Buffer.concat(encodeBatch(this.#probe.batch))));
  }

  #probed(lines: Buffer): void {
    this.#probe?.answer.resolve(lines);
    this.#probe = undefined;
  }

  /** At least one batch is always under way, however large it is; beyond that the credit decides. */
  #send(): void {
    if (this.#state !== 'open') return;
    const socket = this.#socket as Socket;
    socket.cork();
    while (this.#sent < this.#pending.length) {
      if (this.#sent === BATCHES_UNDER_WAY_MAX) break;
      const { id, batch } = this.#pending[this.#sent] as Pending;
      if (this.#sent > 0 && this.#sentBytes + batch.length > this.#creditBytes) break;
      const parts = encodeBatch(batch);
      this.send(FRAME.append, id, parts);
      this.#sent += 1;
      this.#sentBytes += batch.length;
    }
    socket.uncork();
  }

  #appended(id: number, firstSequence: number): void {
    const pending = this.#pending.shift();
    assert(pending?.id === id, `the store acknowledged batch ${id}, the next one is ${pending?.id}`);
    this.#sent -= 1;
    this.#sentBytes -= pending.batch.length;
    this.#nextSequence = firstSequence + pending.batch.count;
    pending.resolve(firstSequence);
    this.#send();
  }

  #setHealth(health: StoreHealth): void {
    this.#health = health;
    this.emit('health', health);
  }
}

function sumLengths(parts: readonly Buffer[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** Sixteen hexadecimal digits. Nobody has to guess at them: only our own workers reach the socket. */
function drawName(): string {
  const draw = () => Math.floor(Math.random() * 2 ** 32);
  return [draw(), draw()].map((number) => number.toString(16).padStart(8, '0')).join('');
}
