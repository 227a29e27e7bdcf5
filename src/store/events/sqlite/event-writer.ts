import type { DatabaseSync } from 'node:sqlite';
import type { Cursor, DeletionScope, DeviceType, PruneLimits, StreamHead } from '../event-store.ts';
import { EventRefusedError, TokenExistsError } from '../event-store-error.ts';
import { EventAppender } from './append-events.ts';
import type { BatchColumns } from './batch-columns.ts';
import { CursorWrites } from './cursor-writes.ts';
import { openForWriting } from './open-database.ts';
import { Removals } from './removals.ts';
import { StreamWrites } from './stream-writes.ts';
import { type Calls, type Outcome, toFailure } from './thread-calls.ts';
import { TokenWrites } from './token-writes.ts';

/** One write of a commit. */
export interface WriteCall {
  readonly name: keyof Writes;
  readonly args: readonly unknown[];
}

export interface Committed {
  readonly outcomes: readonly Outcome[];
  readonly heads: readonly StreamHead[];
}

export type Writes = ReturnType<typeof createWrites>;

/** Each gets the time first, and refuses, if at all, before it has written anything. */
function createWrites(database: DatabaseSync, appender: EventAppender) {
  const streams = new StreamWrites(database);
  const cursors = new CursorWrites(database);
  const tokens = new TokenWrites(database);
  const removals = new Removals(database);
  return {
    append: (at: number, batches: readonly BatchColumns[]) => appender.append(at, batches),
    registerForwarder: (at: number, id: string, displayName: string | null, readerIps: readonly string[]) =>
      streams.register(at, id, displayName, readerIps),
    setAlias: (_at: number, streamId: string, alias: string) => streams.setAlias(streamId, alias),
    commandEpoch: (_at: number, streamId: string) => streams.commandEpoch(streamId),
    saveCursors: (at: number, receiverId: string, saved: readonly Cursor[]) =>
      cursors.save(at, receiverId, saved),
    deleteCursors: (_at: number, receiverId?: string, streamId?: string) =>
      cursors.delete(receiverId, streamId),
    createToken: (at: number, hash: Uint8Array, deviceType: DeviceType, deviceId: string) =>
      tokens.create(at, hash, deviceType, deviceId),
    revokeToken: (at: number, tokenId: string) => tokens.revoke(at, tokenId),
    deleteStreams: (_at: number, streamId: string | null) => removals.deleteStreams(streamId),
    deleteEvents: (_at: number, scope: DeletionScope) => removals.deleteEvents(scope),
    pruneEpochs: (_at: number, limits: PruneLimits) => removals.prune(limits),
    sweep: (_at: number) => removals.sweep(),
  } satisfies Calls;
}

interface Opened {
  readonly database: DatabaseSync;
  readonly appender: EventAppender;
  readonly writes: Writes;
}

/** The connection that writes: each commit is one transaction with all writes that have arrived. */
export class EventWriter {
  readonly #path: string;
  #opened: Opened | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  open(): void {
    this.#open();
  }

  commit(at: number, calls: readonly WriteCall[]): Committed {
    const { database, appender, writes } = this.#open();
    try {
      database.exec('BEGIN IMMEDIATE');
      const heads = new Map<string, StreamHead>();
      const flush = () => {
        for (const head of appender.flush()) heads.set(head.streamId, head);
      };
      const outcomes = calls.map(({ name, args }) => {
        if (name !== 'append') flush();
        return runWrite(() => (writes[name] as (...all: unknown[]) => unknown)(at, ...args));
      });
      flush();
      database.exec('COMMIT');
      return { outcomes, heads: [...heads.values()] };
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  close(): void {
    this.#opened?.database.close();
    this.#opened = undefined;
  }

  #open(): Opened {
    if (this.#opened === undefined) {
      const database = openForWriting(this.#path);
      const appender = new EventAppender(database);
      this.#opened = { database, appender, writes: createWrites(database, appender) };
    }
    return this.#opened;
  }

  /** After a failed sync the kernel may have dropped pages: nothing is written again over the same descriptor. */
  #undo(): void {
    this.#opened?.appender.forget();
    this.close();
  }
}

/** A refusal is the answer to its own call; any other error is one of the whole commit. */
function runWrite(write: () => unknown): Outcome {
  try {
    return { value: write() };
  } catch (error) {
    if (error instanceof EventRefusedError || error instanceof TokenExistsError) return toFailure(error);
    throw error;
  }
}
