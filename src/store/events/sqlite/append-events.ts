import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { BatchEntry, BatchResult, StreamChange, StreamHead } from '../event-store.ts';
import type { BatchColumns } from './batch-columns.ts';
import { ConflictRows } from './conflict-rows.ts';
import { type StreamRow, StreamRows } from './stream-rows.ts';

/** A stream while a transaction adds to it; written back once, whatever the number of events. */
interface OpenStream {
  readonly id: number;
  readonly uuid: string;
  isNew: boolean;
  currentEpoch: number;
  lastPosition: number;
  headEpoch: number;
  headSeq: number;
  hasInsertions: boolean;
  readonly epochs: Map<number, OpenEpoch>;
}

interface OpenEpoch {
  readonly id: number;
  readonly epoch: number;
  lastSeq: number;
  lastLatePosition: number;
  inserted: number;
  retransmitted: number;
  conflicts: number;
  distinctTags: number;
  lastReceivedAt: number;
  lastTagId: string | null;
  lastReaderTimestamp: string | null;
}

/** What a batch did to one epoch of a stream. */
interface Touched {
  readonly stream: OpenStream;
  readonly epoch: OpenEpoch;
  readonly reader: number;
  highestSeq: number;
}

/** The rules of duplicates, conflicts, epochs and counts, for the batches of one transaction at a time. */
export class EventAppender {
  readonly #rows: StreamRows;
  readonly #conflicts: ConflictRows;
  readonly #streams = new Map<string, OpenStream>();
  readonly #findEpoch: StatementSync;
  readonly #insertEpoch: StatementSync;
  readonly #updateEpoch: StatementSync;
  readonly #updateStream: StatementSync;
  readonly #insertEvent: StatementSync;
  readonly #compareLine: StatementSync;
  readonly #insertTag: StatementSync;

  constructor(database: DatabaseSync) {
    this.#rows = new StreamRows(database);
    this.#conflicts = new ConflictRows(database);
    this.#findEpoch = database.prepare(
      `SELECT epoch_id AS id, epoch, last_seq AS lastSeq, last_late_position AS lastLatePosition, inserted,
         retransmitted, conflicts, distinct_tags AS distinctTags, last_received_at AS lastReceivedAt,
         last_tag_id AS lastTagId, last_reader_timestamp AS lastReaderTimestamp
       FROM epochs WHERE stream_id = ? AND epoch = ?`,
    );
    this.#insertEpoch = database.prepare(
      `INSERT INTO epochs (stream_id, epoch, last_seq, first_received_at, last_received_at)
       VALUES (?, ?, -1, ?, ?)`,
    );
    this.#updateEpoch = database.prepare(
      `UPDATE epochs SET last_seq = ?, last_late_position = ?, inserted = ?, retransmitted = ?, conflicts = ?,
         distinct_tags = ?, last_received_at = ?, last_tag_id = ?, last_reader_timestamp = ?
       WHERE epoch_id = ?`,
    );
    this.#updateStream = database.prepare(
      `UPDATE streams SET current_epoch = ?, last_position = ?, head_epoch = ?, head_seq = ?
       WHERE stream_id = ?`,
    );
    this.#insertEvent = database.prepare(
      `INSERT INTO events (epoch_id, seq, position, is_late, received_at, reader_timestamp, line, read_type,
         tag_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#compareLine = database.prepare(
      'SELECT line = ? AS isSame FROM events WHERE epoch_id = ? AND seq = ?',
    );
    this.#insertTag = database.prepare('INSERT INTO epoch_tags VALUES (?, ?) ON CONFLICT DO NOTHING');
  }

  /** Refuses before it writes anything. */
  append(at: number, batches: readonly BatchColumns[]): BatchResult[] {
    const missing = new Set<string>();
    for (const { forwarderId, readerIps } of batches) {
      for (const readerIp of readerIps) {
        if (this.#openStream(forwarderId, readerIp) === undefined)
          missing.add(nameStream(forwarderId, readerIp));
      }
    }
    this.#rows.checkRoomFor(missing.size);
    return batches.map((batch) => this.#appendBatch(at, batch));
  }

  /** Writes back what is in memory, before anyone else reads or changes these rows. Returns what has new events. */
  flush(): StreamHead[] {
    const heads: StreamHead[] = [];
    for (const stream of this.#streams.values()) {
      const { id, uuid, currentEpoch, lastPosition, headEpoch, headSeq } = stream;
      this.#updateStream.run(currentEpoch, lastPosition, headEpoch, headSeq, id);
      for (const epoch of stream.epochs.values()) this.#writeEpoch(epoch);
      if (stream.hasInsertions) heads.push({ streamId: uuid, position: lastPosition });
    }
    this.#conflicts.trim();
    this.#streams.clear();
    return heads;
  }

  /** The transaction is undone. */
  forget(): void {
    this.#conflicts.forget();
    this.#streams.clear();
  }

  #appendBatch(at: number, batch: BatchColumns): BatchResult {
    const streams = batch.readerIps.map((readerIp) => this.#obtainStream(at, batch, readerIp));
    const before = streams.map(({ isNew, currentEpoch }) => ({ isNew, currentEpoch }));
    for (const stream of streams) stream.isNew = false;
    const positions = new Array<number>(batch.seqs.length).fill(0);
    const touched = new Map<OpenEpoch, Touched>();
    let last: Touched | undefined;
    let [inserted, retransmitted, conflicts] = [0, 0, 0];
    for (let i = 0; i < batch.seqs.length; i += 1) {
      const [reader, number, seq] = [batch.readers[i], batch.epochs[i], batch.seqs[i]] as [
        number,
        number,
        number,
      ];
      if (last?.reader !== reader || last.epoch.epoch !== number) {
        const stream = streams[reader] as OpenStream;
        const epoch = this.#obtainEpoch(stream, number, at);
        last = touched.get(epoch) ?? { stream, epoch, reader, highestSeq: seq };
        touched.set(epoch, last);
      }
      last.highestSeq = Math.max(last.highestSeq, seq);
      const position = this.#insert(at, last.stream, last.epoch, batch, i);
      if (position > 0) {
        positions[i] = position;
        inserted += 1;
      } else if (this.#compareLine.get(batch.lines[i] as string, last.epoch.id, seq)?.isSame === 1) {
        last.epoch.retransmitted += 1;
        retransmitted += 1;
      } else {
        last.epoch.conflicts += 1;
        conflicts += 1;
        this.#conflicts.add(at, last.stream.id, batch, i);
      }
    }
    const changes = streams.map(
      (stream, reader): StreamChange => ({
        streamId: stream.uuid,
        readerIp: batch.readerIps[reader] as string,
        isNew: before[reader]?.isNew === true,
        currentEpoch: stream.currentEpoch,
        isNewEpoch: stream.currentEpoch !== before[reader]?.currentEpoch,
      }),
    );
    const entries = listEntries([...touched.values()], batch);
    return { entries, streams: changes, inserted, retransmitted, conflicts, positions };
  }

  /** Returns the position, or 0 when there is an event of this identity. */
  #insert(at: number, stream: OpenStream, epoch: OpenEpoch, batch: BatchColumns, i: number): number {
    const seq = batch.seqs[i] as number;
    const tagId = batch.tagIds[i] as string | null;
    const readerTimestamp = batch.readerTimestamps[i] as string | null;
    const isLate =
      epoch.epoch < stream.headEpoch || (epoch.epoch === stream.headEpoch && seq <= stream.headSeq);
    const position = stream.lastPosition + 1;
    const { changes } = this.#insertEvent.run(
      epoch.id,
      seq,
      position,
      isLate ? 1 : 0,
      at,
      readerTimestamp,
      batch.lines[i] as string,
      batch.readTypes[i] as string,
      tagId,
    );
    if (changes === 0) return 0;
    stream.lastPosition = position;
    stream.hasInsertions = true;
    if (isLate) {
      epoch.lastLatePosition = position;
    } else {
      stream.headEpoch = epoch.epoch;
      stream.headSeq = seq;
    }
    epoch.lastSeq = Math.max(epoch.lastSeq, seq);
    epoch.inserted += 1;
    epoch.lastReceivedAt = at;
    epoch.lastTagId = tagId;
    epoch.lastReaderTimestamp = readerTimestamp;
    if (tagId !== null && this.#insertTag.run(epoch.id, tagId).changes !== 0) epoch.distinctTags += 1;
    return position;
  }

  #openStream(forwarderId: string, readerIp: string): OpenStream | undefined {
    const name = nameStream(forwarderId, readerIp);
    const open = this.#streams.get(name);
    if (open !== undefined) return open;
    const row = this.#rows.find(forwarderId, readerIp);
    return row === undefined ? undefined : this.#keep(name, row, false);
  }

  #obtainStream(at: number, { forwarderId, displayName }: BatchColumns, readerIp: string): OpenStream {
    const open = this.#openStream(forwarderId, readerIp);
    if (open !== undefined) return open;
    const row = this.#rows.create(forwarderId, readerIp, displayName, at);
    return this.#keep(nameStream(forwarderId, readerIp), row, true);
  }

  #keep(name: string, row: StreamRow, isNew: boolean): OpenStream {
    const stream = { ...row, isNew, hasInsertions: false, epochs: new Map<number, OpenEpoch>() };
    this.#streams.set(name, stream);
    return stream;
  }

  #obtainEpoch(stream: OpenStream, epoch: number, at: number): OpenEpoch {
    stream.currentEpoch = Math.max(stream.currentEpoch, epoch);
    const open = stream.epochs.get(epoch);
    if (open !== undefined) return open;
    let row = this.#findEpoch.get(stream.id, epoch);
    if (row === undefined) {
      this.#insertEpoch.run(stream.id, epoch, at, at);
      row = this.#findEpoch.get(stream.id, epoch);
    }
    const obtained = { ...row } as unknown as OpenEpoch;
    stream.epochs.set(epoch, obtained);
    return obtained;
  }

  #writeEpoch(epoch: OpenEpoch): void {
    this.#updateEpoch.run(
      epoch.lastSeq,
      epoch.lastLatePosition,
      epoch.inserted,
      epoch.retransmitted,
      epoch.conflicts,
      epoch.distinctTags,
      epoch.lastReceivedAt,
      epoch.lastTagId,
      epoch.lastReaderTimestamp,
      epoch.id,
    );
  }
}

function listEntries(touched: readonly Touched[], { readerIps }: BatchColumns): BatchEntry[] {
  return touched
    .toSorted((a, b) => a.reader - b.reader || a.epoch.epoch - b.epoch.epoch)
    .map(({ reader, epoch, highestSeq }) => ({
      readerIp: readerIps[reader] as string,
      epoch: epoch.epoch,
      lastSeq: highestSeq,
      nextSeq: epoch.lastSeq + 1,
    }));
}

/** The length tells where the first name ends, whatever characters it has. */
function nameStream(forwarderId: string, readerIp: string): string {
  return `${forwarderId.length} ${forwarderId} ${readerIp}`;
}
