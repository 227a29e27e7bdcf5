import { whenAborted } from '../../../process/when-aborted.ts';
import {
  checkBatches,
  checkCursors,
  checkEpochCursors,
  checkOptionalText,
  checkReaders,
  checkText,
} from '../check-input.ts';
import type {
  BatchResult,
  Conflict,
  Cursor,
  DeletionScope,
  DeviceToken,
  DeviceType,
  Epoch,
  EpochCommand,
  EpochCursor,
  EventBatch,
  EventStore,
  Page,
  PageLimits,
  PrunedEpoch,
  PruneLimits,
  ReadPosition,
  ReceiverCursor,
  RegisteredStream,
  StoreSize,
  Stream,
  StreamHead,
} from '../event-store.ts';
import { EventStoreError, StoreBusyError } from '../event-store-error.ts';
import { toColumns } from './batch-columns.ts';
import type { WriteCall, Writes } from './event-writer.ts';
import { toPage } from './page-columns.ts';
import type { ReadThreadCalls } from './read-thread.ts';
import { closedError, StoreThread, settle } from './store-thread.ts';
import type { WriteThreadCalls } from './write-thread.ts';

/** One commit takes what has arrived, up to this: a larger one only makes the first call wait for the last. */
const COMMIT_BYTES_MAX = 4 * 1024 * 1024;
/** All that waits for a commit. Sessions await their batch, so that this is for many that come at once. */
const WAITING_BYTES_MAX = 256 * 1024 * 1024;
/** Of a call, and of an event in it beside its line. */
const CALL_BYTES = 256;
const EVENT_BYTES = 128;

interface Waiting {
  readonly call: WriteCall;
  readonly bytes: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Threads {
  readonly writer: StoreThread<WriteThreadCalls>;
  readonly reader: StoreThread<ReadThreadCalls>;
}

/** The first argument of each write is the time, which the thread adds. */
type WriteArguments<K extends keyof Writes> = Parameters<Writes[K]> extends [number, ...infer A] ? A : never;

/**
 * The event store in a file, for one process.
 *
 * SQLite has one writer, and a commit waits for the disk; so one thread writes and another reads, each with a
 * connection of its own. Thanks to the write-ahead log neither waits for the other. Here, in the thread of
 * the process, is the queue of writes: while a commit runs, all that arrive are gathered for the next.
 *
 * States: `new` → `open` (start) → `draining` (drain: no more sweeps) → `closed`.
 */
export class SqliteEventStore implements EventStore {
  readonly #path: string;
  readonly #now: () => number;
  #state: 'new' | 'open' | 'draining' | 'closed' = 'new';
  #threads: Threads | undefined;
  #queue: Waiting[] = [];
  #waitingBytes = 0;
  #committing: Promise<void> | undefined;
  #sweeping: Promise<void> | undefined;
  #isSweepDue = false;
  #closed: Promise<void> | undefined;
  onStored: (heads: readonly StreamHead[]) => void = () => {};

  constructor(path: string, now: () => number = Date.now) {
    this.#path = path;
    this.#now = now;
  }

  async start(): Promise<void> {
    this.#threads = {
      writer: new StoreThread('write-thread', this.#path),
      reader: new StoreThread('read-thread', this.#path),
    };
    // The writer first: it makes what the reader opens.
    await this.#threads.writer.call('open');
    await this.#threads.reader.call('open');
    if (this.#state !== 'new') throw closedError();
    this.#state = 'open';
    this.#startSweeping();
  }

  async drain(deadline: AbortSignal): Promise<void> {
    if (this.#state === 'open') this.#state = 'draining';
    await Promise.race([this.#committing, whenAborted(deadline)]);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Finishes the commit that runs; what waits behind it is rejected. */
  async #close(): Promise<void> {
    this.#state = 'closed';
    await this.#committing;
    await this.#sweeping;
    // The writer last: whoever is the last to close takes the write-ahead log into the database.
    await this.#threads?.reader.close();
    await this.#threads?.writer.close();
  }

  async registerForwarder(
    forwarderId: string,
    displayName: string | null,
    readerIps: readonly string[],
  ): Promise<readonly RegisteredStream[]> {
    checkText('the forwarder id', forwarderId);
    checkOptionalText('the display name', displayName);
    checkReaders(readerIps);
    return await this.#write('registerForwarder', [forwarderId, displayName, readerIps]);
  }

  async append(batches: readonly EventBatch[]): Promise<readonly BatchResult[]> {
    checkBatches(batches);
    return await this.#write('append', [batches.map(toColumns)], weigh(batches));
  }

  readResume(forwarderId: string): Promise<readonly Cursor[]> {
    return this.#read('readResume', forwarderId);
  }

  listStreams(): Promise<readonly Stream[]> {
    return this.#read('listStreams');
  }

  readStream(streamId: string): Promise<Stream | undefined> {
    return this.#read('readStream', streamId);
  }

  findStream(forwarderId: string, readerIp: string): Promise<Stream | undefined> {
    return this.#read('findStream', forwarderId, readerIp);
  }

  async setAlias(streamId: string, alias: string): Promise<boolean> {
    checkText('the alias', alias);
    return await this.#write('setAlias', [streamId, alias]);
  }

  listEpochs(streamId: string): Promise<readonly Epoch[] | undefined> {
    return this.#read('listEpochs', streamId);
  }

  listConflicts(streamId: string, countMax: number): Promise<readonly Conflict[]> {
    return this.#read('listConflicts', streamId, countMax);
  }

  commandEpoch(streamId: string): Promise<EpochCommand | undefined> {
    return this.#write('commandEpoch', [streamId]);
  }

  async startRead(streamId: string, cursors: readonly EpochCursor[]): Promise<ReadPosition | undefined> {
    checkEpochCursors(cursors);
    return await this.#read('startRead', streamId, cursors);
  }

  async readPage(streamId: string, position: ReadPosition, limits: PageLimits): Promise<Page> {
    return toPage(await this.#read('readPage', streamId, position, limits));
  }

  async saveCursors(receiverId: string, cursors: readonly Cursor[]): Promise<void> {
    checkText('the receiver id', receiverId);
    checkCursors(cursors);
    await this.#write('saveCursors', [receiverId, cursors]);
  }

  listCursors(receiverId?: string): Promise<readonly ReceiverCursor[]> {
    return this.#read('listCursors', receiverId);
  }

  deleteCursors(receiverId?: string, streamId?: string): Promise<void> {
    return this.#write('deleteCursors', [receiverId, streamId]);
  }

  async createToken(hash: Uint8Array, deviceType: DeviceType, deviceId: string): Promise<DeviceToken> {
    checkText('the device id', deviceId);
    return await this.#write('createToken', [hash, deviceType, deviceId]);
  }

  findToken(hash: Uint8Array): Promise<DeviceToken | undefined> {
    return this.#read('findToken', hash);
  }

  listTokens(): Promise<readonly DeviceToken[]> {
    return this.#read('listTokens');
  }

  revokeToken(tokenId: string): Promise<boolean> {
    return this.#write('revokeToken', [tokenId]);
  }

  async deleteStream(streamId: string): Promise<boolean> {
    return this.#thenSweep(await this.#write('deleteStreams', [streamId]));
  }

  async deleteAllStreams(): Promise<void> {
    this.#thenSweep(await this.#write('deleteStreams', [null]));
  }

  async deleteEvents(scope: DeletionScope): Promise<void> {
    this.#thenSweep(await this.#write('deleteEvents', [scope]));
  }

  async pruneEpochs(limits: PruneLimits): Promise<readonly PrunedEpoch[]> {
    return this.#thenSweep(await this.#write('pruneEpochs', [limits]));
  }

  readSize(): Promise<StoreSize> {
    return this.#read('readSize');
  }

  async #read<K extends keyof ReadThreadCalls>(
    name: K,
    ...args: Parameters<ReadThreadCalls[K]>
  ): Promise<Awaited<ReturnType<ReadThreadCalls[K]>>> {
    const { reader } = this.#opened();
    return (await reader.call(name, ...args)) as Awaited<ReturnType<ReadThreadCalls[K]>>;
  }

  async #write<K extends keyof Writes>(
    name: K,
    args: WriteArguments<K>,
    bytes = CALL_BYTES,
  ): Promise<ReturnType<Writes[K]>> {
    this.#opened();
    if (this.#waitingBytes + bytes > WAITING_BYTES_MAX) {
      throw new StoreBusyError('too much waits for the disk already; try again later');
    }
    this.#waitingBytes += bytes;
    return await new Promise((resolve, reject) => {
      const call = { name, args } as WriteCall;
      this.#queue.push({ call, bytes, resolve: resolve as (value: unknown) => void, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    // Whatever is called in this turn belongs to the first commit.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const group = this.#takeGroup();
      if (this.#state === 'closed') {
        for (const { reject } of group) reject(closedError());
        continue;
      }
      await this.#commit(group);
    }
    this.#committing = undefined;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      const calls = group.map(({ call }) => call);
      const { writer } = this.#opened();
      const { outcomes, heads } = await writer.call('commit', this.#now(), calls);
      if (heads.length > 0) this.onStored(heads);
      for (const [index, waiting] of group.entries())
        settle(outcomes[index] as (typeof outcomes)[0], waiting);
    } catch (error) {
      if (!(error instanceof EventStoreError)) throw error;
      for (const { reject } of group) reject(error);
    }
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    let taken = 0;
    while (taken < this.#queue.length && bytes < COMMIT_BYTES_MAX) {
      bytes += (this.#queue[taken] as Waiting).bytes;
      taken += 1;
    }
    this.#waitingBytes -= bytes;
    return this.#queue.splice(0, taken);
  }

  #thenSweep<T>(value: T): T {
    this.#startSweeping();
    return value;
  }

  #startSweeping(): void {
    this.#isSweepDue = true;
    this.#sweeping ??= this.#sweep();
  }

  /** Where the disk is full the rest follows after the next deletion or start. */
  async #sweep(): Promise<void> {
    try {
      while (this.#isSweepDue && this.#state === 'open') {
        this.#isSweepDue = false;
        while (this.#state === 'open' && (await this.#write('sweep', []))) {}
      }
    } catch (error) {
      if (!(error instanceof EventStoreError)) throw error;
    } finally {
      this.#sweeping = undefined;
    }
  }

  #opened(): Threads {
    if (this.#threads === undefined || this.#state === 'new' || this.#state === 'closed') throw closedError();
    return this.#threads;
  }
}

function weigh(batches: readonly EventBatch[]): number {
  let bytes = CALL_BYTES;
  for (const { events } of batches) {
    for (const { line } of events) bytes += EVENT_BYTES + line.length;
  }
  return bytes;
}
