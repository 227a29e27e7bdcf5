import type { LogsConfig } from '../config/types.generated.ts';
import type { LinkClient } from '../link/client.ts';
import { formatPrefix, LogBatch } from '../link/log-batch.ts';
import { whenAborted } from '../process/when-aborted.ts';
import type { LogSink } from '../protocols/protocol.ts';
import { BatchSize } from './batch-size.ts';

/** A batch of long messages leaves when it has this many bytes, whatever their number. */
const BATCH_BYTES_MAX = 1024 * 1024;
/** Beyond what `buffer_size` allows in number; more than this only makes the caches cold. */
const WAITING_BYTES_MAX = 4 * 1024 * 1024;

const BATCH_BYTES_MIN = 4096;
/** What is kept for later: as much as may wait, in batches of a usual size. */
const SPARE_BATCHES_MAX = 16;
const SPARE_BYTES_MAX = 512 * 1024;
const BATCH_LINES_MIN = 32;

/**
 * The one queue between the clients of a worker and the store.
 *
 * All connections write their lines into the same open batch. It leaves at once when nothing is under way;
 * otherwise it fills up until the store has taken an earlier one, or until it is full. When `buffer_size`
 * batches wait, the connections that bring more stop reading until the store has taken some.
 */
export class LogQueue implements LogSink {
  readonly #link: LinkClient;
  readonly #config: LogsConfig;
  readonly #size: BatchSize;
  #open: LogBatch;
  #opened = Promise.withResolvers<number>();
  /** Batches and messages that the store has not taken yet, without the open one. */
  #sentBatches = 0;
  #sentCount = 0;
  #sentBytes = 0;
  readonly #spare: LogBatch[] = [];
  /** Resolved when the store has taken the next batch. */
  #taken = Promise.withResolvers<void>();
  /** Resolved when there is room for more; there only while there is none. */
  #room: PromiseWithResolvers<void> | undefined;
  /** Messages and bytes of lines handed to the store. */
  records = 0;
  bytes = 0;

  constructor(link: LinkClient, config: LogsConfig) {
    this.#link = link;
    this.#config = config;
    this.#size = new BatchSize(config.initial_batch_size, config.max_batch_size);
    this.#open = this.#createBatch(0, 0);
  }

  get batch(): LogBatch {
    return this.#open;
  }

  /** Messages that the store has not taken yet. */
  get waitingCount(): number {
    return this.#sentCount + this.#open.count;
  }

  flush(): Promise<void> | undefined {
    this.#sendIfDue();
    return this.room();
  }

  room(): Promise<void> | undefined {
    if (this.#hasRoom()) return undefined;
    this.#room ??= Promise.withResolvers<void>();
    return this.#room.promise;
  }

  store(): Promise<number> {
    const { promise } = this.#opened;
    this.#sendIfDue();
    return promise;
  }

  /** Resolves when the store has everything that was written, or the deadline has passed. */
  async drain(deadline: AbortSignal): Promise<void> {
    const expired = whenAborted(deadline);
    if (this.#open.count > 0) this.#send();
    while (this.waitingCount > 0 && !deadline.aborted) await Promise.race([this.#taken.promise, expired]);
  }

  #hasRoom(): boolean {
    const bytes = this.#sentBytes + this.#open.length;
    return this.#sentBatches < this.#config.buffer_size && bytes < WAITING_BYTES_MAX;
  }

  #sendIfDue(): void {
    const { count, length } = this.#open;
    if (count === 0) return;
    const isFull = count >= this.#size.current || length >= BATCH_BYTES_MAX;
    if (this.#sentBatches === 0 || isFull) this.#send();
  }

  #send(): void {
    const batch = this.#open;
    const stored = this.#opened;
    this.#size.observe(batch.count);
    this.#open = this.#createBatch(batch.length, batch.count);
    this.#opened = Promise.withResolvers<number>();
    this.#sentBatches += 1;
    this.#sentCount += batch.count;
    this.#sentBytes += batch.length;
    void this.#link.append(batch).then((firstSequence) => {
      this.#sentBatches -= 1;
      this.#sentCount -= batch.count;
      this.#sentBytes -= batch.length;
      this.records += batch.count;
      this.bytes += batch.length;
      this.#recycle(batch);
      stored.resolve(firstSequence);
      this.#sendIfDue();
      if (this.#room !== undefined && this.#hasRoom()) {
        this.#room.resolve();
        this.#room = undefined;
      }
      this.#taken.resolve();
      this.#taken = Promise.withResolvers<void>();
    });
  }

  /** The store has the batch, so its memory is free for the next one: new memory costs more than the lines. */
  #recycle(batch: LogBatch): void {
    const isWorthIt = batch.bytes.length <= SPARE_BYTES_MAX && this.#spare.length < SPARE_BATCHES_MAX;
    if (isWorthIt) this.#spare.push(batch);
  }

  /** With room for as much as the last one held, since clients seldom change their ways between batches. */
  #createBatch(lastLength: number, lastCount: number): LogBatch {
    const { format } = this.#config;
    const slot = formatPrefix(format, this.#link.nextSequence).length;
    const spare = this.#spare.pop();
    spare?.reset(slot);
    return spare ?? new LogBatch(format, slot, BATCH_BYTES_MIN + lastLength, BATCH_LINES_MIN + lastCount);
  }
}
