import type { Component } from '../../process/component.ts';

/**
 * The events of devices, on a disk: what the store process needs of a database. Everything that is kept under
 * this contract is the same whichever database is behind it; `test/contract/event-store.test.ts` says so.
 *
 * **Who calls what.** A forwarder's session calls `registerForwarder` after its hello and `append` for each batch; a
 * receiver's session calls `startRead` and `readPage`, and `saveCursors` for what was acknowledged to it. Both begin
 * with `findToken`. The rest serves the administrator.
 *
 * **Streams and epochs.** A stream is one reader behind one forwarder. An event is known by its stream, epoch and
 * sequence. The first event of an identity is the one that counts; a second with the same line is a
 * retransmission, with another line a conflict: it is kept apart, counted, and covered by the acknowledgement like
 * the others. An event of a higher epoch makes that the current epoch; one of a lower epoch is stored all the same.
 * Neither gaps nor the order of sequences matter.
 *
 * **Durability.** What resolved is on the disk and survives a power cut. What rejected left nothing behind. All writes
 * that were called while a commit ran share the next one; they take effect in the order of the calls. A write
 * that refuses (`retryable` is false) does not disturb those that share its commit.
 *
 * **Order.** Each stored event has a position: the number of its insertion within its stream, from 1, ascending, with
 * holes after deletions. A read begins with what is there, by epoch and sequence, above the receiver's cursors;
 * from then on it goes on in the order of positions. So an event is read once, also when it comes late with a
 * number below those that were read already.
 *
 * **Errors** are classes of `event-store-error.ts`; `retryable` says whether the same call may work later.
 */
export interface EventStore extends Component {
  /**
   * Called after each commit that stored events, before its calls resolve, with the streams that have more to read.
   * It carries no data: a reader reads its next page.
   */
  onStored: (heads: readonly StreamHead[]) => void;

  /**
   * What a forwarder's hello says: its name goes to all its streams, and streams that it has not yet are made.
   * Returns all its streams, the former ones too.
   */
  registerForwarder(
    forwarderId: string,
    displayName: string | null,
    readerIps: readonly string[],
  ): Promise<readonly RegisteredStream[]>;

  /** Stores all events of the batches, in their order, or none; a result for each batch. */
  append(batches: readonly EventBatch[]): Promise<readonly BatchResult[]>;

  /** The highest stored sequence of each stream and epoch of a forwarder. */
  readResume(forwarderId: string): Promise<readonly Cursor[]>;

  /** By their age. */
  listStreams(): Promise<readonly Stream[]>;
  readStream(streamId: string): Promise<Stream | undefined>;
  findStream(forwarderId: string, readerIp: string): Promise<Stream | undefined>;
  /** False: there is no such stream. */
  setAlias(streamId: string, alias: string): Promise<boolean>;
  /** Those with events, ascending; undefined: there is no such stream. */
  listEpochs(streamId: string): Promise<readonly Epoch[] | undefined>;
  /** The latest, newest first. */
  listConflicts(streamId: string, countMax: number): Promise<readonly Conflict[]>;
  /**
   * Chooses the epoch that the forwarder shall begin: higher than the current one and than any that was chosen
   * before. It becomes the current one with its first event.
   */
  commandEpoch(streamId: string): Promise<EpochCommand | undefined>;

  /**
   * Where to begin to read: behind the cursors, of which a stream may have one for each epoch. Epochs below the lowest
   * cursor count as read, those between as unread; without a cursor all is unread. Undefined: there is no such
   * stream.
   */
  startRead(streamId: string, cursors: readonly EpochCursor[]): Promise<ReadPosition | undefined>;
  /** A page never has two epochs. */
  readPage(streamId: string, position: ReadPosition, limits: PageLimits): Promise<Page>;

  /** Moves cursors forward, never backward. Those of unknown streams are left out. */
  saveCursors(receiverId: string, cursors: readonly Cursor[]): Promise<void>;
  /** By receiver, stream and epoch. */
  listCursors(receiverId?: string): Promise<readonly ReceiverCursor[]>;
  deleteCursors(receiverId?: string, streamId?: string): Promise<void>;

  /** Throws `TokenExistsError`. The store never sees a token, only its hash: see `token-hash.ts`. */
  createToken(hash: Uint8Array, deviceType: DeviceType, deviceId: string): Promise<DeviceToken>;
  /** Undefined: unknown or revoked. */
  findToken(hash: Uint8Array): Promise<DeviceToken | undefined>;
  /** By their age. */
  listTokens(): Promise<readonly DeviceToken[]>;
  /** False: unknown, or revoked before. */
  revokeToken(tokenId: string): Promise<boolean>;

  /** With its events, counts and cursors; without an id all streams. False: there is no such stream. */
  deleteStream(streamId: string): Promise<boolean>;
  deleteAllStreams(): Promise<void>;
  /** The events with their counts, and all cursors of the streams concerned. The streams stay, with their epoch. */
  deleteEvents(scope: DeletionScope): Promise<void>;
  /**
   * Removes whole epochs, those whose last event is the oldest first, never a current one. Unlike a deletion it leaves
   * the counts of the stream as they are.
   */
  pruneEpochs(limits: PruneLimits): Promise<readonly PrunedEpoch[]>;
  readSize(): Promise<StoreSize>;
}

export interface StreamName {
  readonly forwarderId: string;
  /** Any text; never parsed. */
  readonly readerIp: string;
}

/** All up to and with this is read. */
export interface EpochCursor {
  readonly epoch: number;
  readonly lastSeq: number;
}

export interface Cursor extends StreamName, EpochCursor {}

export interface NewEvent {
  readonly readerIp: string;
  readonly epoch: number;
  readonly seq: number;
  readonly readerTimestamp: string | null;
  readonly line: string;
  readonly readType: string;
  /** What the line says about the tag; null when nothing. */
  readonly tagId: string | null;
}

export interface EventBatch {
  readonly forwarderId: string;
  /** For streams that the batch brings into being. */
  readonly displayName: string | null;
  readonly events: readonly NewEvent[];
}

export interface BatchResult {
  /** For the acknowledgement: by reader in the order of the batch, then by epoch ascending. */
  readonly entries: readonly BatchEntry[];
  readonly streams: readonly StreamChange[];
  readonly inserted: number;
  readonly retransmitted: number;
  readonly conflicts: number;
  /** For each event of the batch its position in its stream; 0 where it was not inserted. */
  readonly positions: readonly number[];
}

export interface BatchEntry extends EpochCursor {
  readonly readerIp: string;
  /** One above the highest that is stored in this epoch, in this batch or before. */
  readonly nextSeq: number;
}

export interface StreamChange {
  readonly streamId: string;
  readonly readerIp: string;
  readonly isNew: boolean;
  readonly currentEpoch: number;
  /** The current epoch is another than before the batch. */
  readonly isNewEpoch: boolean;
}

export interface StreamHead {
  readonly streamId: string;
  /** Of the last event that was stored. */
  readonly position: number;
}

/** The received count is always the inserted and the retransmitted together. */
export interface EventCounts {
  readonly inserted: number;
  readonly retransmitted: number;
  readonly conflicts: number;
  /** Milliseconds since 1970, of the last insertion. */
  readonly lastReceivedAt: number | null;
}

export interface Stream extends StreamName {
  /** A UUID. */
  readonly streamId: string;
  readonly alias: string | null;
  readonly displayName: string | null;
  readonly currentEpoch: number;
  readonly createdAt: number;
  readonly lastPosition: number;
  /** Over all epochs, those that were pruned too. */
  readonly total: EventCounts;
  /** Of the current epoch. */
  readonly current: EventCounts & {
    readonly distinctTags: number;
    readonly lastTagId: string | null;
    readonly lastReaderTimestamp: string | null;
  };
}

export interface RegisteredStream extends Stream {
  readonly isNew: boolean;
}

export interface Epoch extends EventCounts {
  readonly epoch: number;
  readonly isCurrent: boolean;
  readonly distinctTags: number;
  readonly firstReceivedAt: number;
}

/** A line that came under an identity which another line has. */
export interface Conflict {
  readonly epoch: number;
  readonly seq: number;
  readonly line: string;
  readonly readerTimestamp: string | null;
  readonly readType: string;
  /** How often just this came. */
  readonly times: number;
  readonly lastReceivedAt: number;
}

export interface EpochCommand extends StreamName {
  readonly epoch: number;
}

/**
 * How far a read is; plain data for whoever reads to keep. `replay` goes through what was there when the read began,
 * up to the position `upTo`; `live` goes on behind it in the order of positions. `headEpoch` and `headSeq`
 * are the highest that the read met in ascending order.
 */
export type ReadPosition =
  | {
      readonly state: 'replay';
      readonly epoch: number;
      readonly seq: number;
      readonly cursors: readonly EpochCursor[];
      readonly upTo: number;
      readonly headEpoch: number;
      readonly headSeq: number;
    }
  | {
      readonly state: 'live';
      readonly position: number;
      readonly headEpoch: number;
      readonly headSeq: number;
    };

export interface PageLimits {
  readonly eventsMax: number;
  readonly bytesMax: number;
}

export interface StoredEvent {
  readonly epoch: number;
  readonly seq: number;
  readonly position: number;
  readonly receivedAt: number;
  readonly readerTimestamp: string | null;
  readonly line: string;
  readonly readType: string;
  readonly tagId: string | null;
}

export interface Page {
  readonly events: readonly StoredEvent[];
  readonly next: ReadPosition;
  /** False: wait until `onStored` names the stream. */
  readonly hasMore: boolean;
}

export interface ReceiverCursor extends EpochCursor {
  readonly receiverId: string;
  readonly streamId: string;
  readonly updatedAt: number;
}

export type DeviceType = 'forwarder' | 'receiver' | 'admin';

export interface DeviceToken {
  readonly tokenId: string;
  readonly deviceType: DeviceType;
  readonly deviceId: string;
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

/** All events, or those of a stream, or those of one of its epochs. */
export type DeletionScope =
  | { readonly streamId?: never }
  | { readonly streamId: string; readonly epoch?: number };

export interface PruneLimits {
  /** Milliseconds since 1970: only epochs that got nothing since. */
  readonly lastReceivedBefore: number;
  readonly epochsMax: number;
}

export interface PrunedEpoch extends StreamName {
  readonly streamId: string;
  readonly epoch: number;
  readonly events: number;
}

export interface StoreSize {
  /** On the disk. */
  readonly bytes: number;
  /** Of these, what deletions and prunings left free for new events. */
  readonly freeBytes: number;
  readonly streams: number;
  readonly events: number;
}
