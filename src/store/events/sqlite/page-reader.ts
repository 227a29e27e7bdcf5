import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EpochCursor, PageLimits, ReadPosition } from '../event-store.ts';
import { EVENT_COLUMNS, type EventRow, weighRow } from './event-row.ts';
import { type LiveRow, LiveRows } from './live-rows.ts';
import type { PageColumns } from './page-columns.ts';

/** A page is in memory twice while it goes from thread to thread. */
const PAGE_EVENTS_MAX = 10_000;
const PAGE_BYTES_MAX = 4 * 1024 * 1024;
type Replay = Extract<ReadPosition, { state: 'replay' }>;
type Live = Extract<ReadPosition, { state: 'live' }>;

interface EpochRow {
  readonly id: number;
  readonly epoch: number;
  readonly lastSeq: number;
  readonly lastLatePosition: number;
}

/** Pages of one stream's events: first what was there, by epoch and sequence, then what came, by position. */
export class PageReader {
  readonly #begin: StatementSync;
  readonly #end: StatementSync;
  readonly #stream: StatementSync;
  readonly #epochsFrom: StatementSync;
  readonly #lateEpochs: StatementSync;
  readonly #present: StatementSync;
  readonly #inOrder: StatementSync;
  readonly #late: StatementSync;

  constructor(database: DatabaseSync) {
    const epoch = `SELECT epoch_id AS id, epoch, last_seq AS lastSeq, last_late_position AS lastLatePosition
      FROM epochs WHERE stream_id = (SELECT stream_id FROM streams WHERE uuid = ?)`;
    const events = `SELECT ${EVENT_COLUMNS} FROM events WHERE epoch_id = ?`;
    this.#begin = database.prepare('BEGIN');
    this.#end = database.prepare('COMMIT');
    this.#stream = database.prepare(
      `SELECT last_position AS lastPosition, head_epoch AS headEpoch, head_seq AS headSeq
       FROM streams WHERE uuid = ?`,
    );
    this.#epochsFrom = database.prepare(`${epoch} AND epoch >= ? ORDER BY epoch`);
    this.#lateEpochs = database.prepare(`${epoch} AND last_late_position > 0 AND last_late_position > ?`);
    this.#present = database.prepare(
      `${events} AND seq > ? AND seq <= ? AND position <= ? ORDER BY seq LIMIT ?`,
    );
    this.#inOrder = database.prepare(`${events} AND seq > ? AND is_late = 0 ORDER BY seq LIMIT ?`);
    this.#late = database.prepare(`${events} AND is_late = 1 AND position > ? ORDER BY position LIMIT ?`);
    for (const statement of [this.#present, this.#inOrder, this.#late]) statement.setReturnArrays(true);
  }

  start(streamId: string, cursors: readonly EpochCursor[]): Replay | undefined {
    const stream = this.#stream.get(streamId) as
      | { lastPosition: number; headEpoch: number; headSeq: number }
      | undefined;
    if (stream === undefined) return undefined;
    const { lastPosition: upTo, headEpoch, headSeq } = stream;
    const sorted = cursors.toSorted((a, b) => a.epoch - b.epoch);
    return {
      state: 'replay',
      epoch: sorted[0]?.epoch ?? 0,
      seq: -1,
      cursors: sorted,
      upTo,
      headEpoch,
      headSeq,
    };
  }

  /** In one transaction, so that a page is of one state of the database. */
  read(streamId: string, position: ReadPosition, limits: PageLimits): PageColumns {
    this.#begin.run();
    try {
      return position.state === 'replay'
        ? this.#readReplay(streamId, position, limits)
        : this.#readLive(streamId, position, limits);
    } finally {
      this.#end.run();
    }
  }

  #readReplay(streamId: string, position: Replay, limits: PageLimits): PageColumns {
    const { cursors, upTo, headEpoch, headSeq } = position;
    for (const { id, epoch, lastSeq } of iterate<EpochRow>(this.#epochsFrom, streamId, position.epoch)) {
      if (epoch > headEpoch) break;
      const isHead = epoch === headEpoch;
      const read = Math.max(
        epoch === position.epoch ? position.seq : -1,
        ...cursors.filter((cursor) => cursor.epoch === epoch).map((cursor) => cursor.lastSeq),
      );
      if (read >= lastSeq) continue;
      const page = new PageBuilder(epoch, limits);
      const seqMax = isHead ? headSeq : lastSeq;
      for (const row of iterate<EventRow>(this.#present, id, read, seqMax, upTo, page.eventsMax)) {
        if (!page.add(row)) break;
      }
      const seq = page.seqs.at(-1);
      if (seq !== undefined) return page.finish({ ...position, epoch, seq }, true);
    }
    const live: Live = { state: 'live', position: upTo, headEpoch, headSeq };
    const last = this.#stream.get(streamId)?.lastPosition ?? 0;
    return new PageBuilder(0, limits).finish(live, Number(last) > upTo);
  }

  #readLive(streamId: string, position: Live, limits: PageLimits): PageColumns {
    const found = this.#findLive(streamId, position, limits);
    const page = new PageBuilder(found[0]?.epoch ?? 0, limits);
    let next = position;
    for (const { epoch, isLate, row } of found) {
      if (epoch !== page.epoch || !page.add(row)) break;
      const [seq, at] = row;
      next = isLate ? { ...next, position: at } : { ...next, position: at, headEpoch: epoch, headSeq: seq };
    }
    const last = this.#stream.get(streamId)?.lastPosition ?? 0;
    return page.finish(next, page.seqs.length > 0 && Number(last) > next.position);
  }

  /** Those that came in ascending order lie behind the head, the others are found by their position. */
  #findLive(
    streamId: string,
    { position, headEpoch, headSeq }: Live,
    limits: PageLimits,
  ): readonly LiveRow[] {
    const { eventsMax, bytesMax } = boundLimits(limits);
    const rows = new LiveRows({ eventsMax, bytesMax });
    for (const { id, epoch, lastSeq } of iterate<EpochRow>(this.#epochsFrom, streamId, headEpoch)) {
      const read = epoch === headEpoch ? headSeq : -1;
      if (read < lastSeq) rows.add(iterate(this.#inOrder, id, read, eventsMax), epoch, false);
      if (rows.isCut) break;
    }
    for (const { id, epoch } of iterate<EpochRow>(this.#lateEpochs, streamId, position)) {
      rows.add(iterate(this.#late, id, position, eventsMax), epoch, true);
    }
    return rows.list();
  }
}

function iterate<T>(statement: StatementSync, ...values: (string | number)[]): Iterable<T> {
  return statement.iterate(...values) as unknown as Iterable<T>;
}

function boundLimits({ eventsMax, bytesMax }: PageLimits): PageLimits {
  return {
    eventsMax: Math.max(1, Math.min(eventsMax, PAGE_EVENTS_MAX)),
    bytesMax: Math.max(1, Math.min(bytesMax, PAGE_BYTES_MAX)),
  };
}

/** Collects events of one epoch until a limit is reached; the first always has room. */
class PageBuilder {
  readonly epoch: number;
  readonly eventsMax: number;
  readonly seqs: number[] = [];
  readonly #bytesMax: number;
  #bytes = 0;
  readonly #positions: number[] = [];
  readonly #receivedAts: number[] = [];
  readonly #readerTimestamps: (string | null)[] = [];
  readonly #lines: string[] = [];
  readonly #readTypes: string[] = [];
  readonly #tagIds: (string | null)[] = [];

  constructor(epoch: number, limits: PageLimits) {
    this.epoch = epoch;
    const { eventsMax, bytesMax } = boundLimits(limits);
    this.eventsMax = eventsMax;
    this.#bytesMax = bytesMax;
  }

  add(row: EventRow): boolean {
    const [seq, position, receivedAt, readerTimestamp, line, readType, tagId] = row;
    const bytes = weighRow(row);
    if (this.seqs.length >= this.eventsMax) return false;
    if (this.seqs.length > 0 && this.#bytes + bytes > this.#bytesMax) return false;
    this.#bytes += bytes;
    this.seqs.push(seq);
    this.#positions.push(position);
    this.#receivedAts.push(receivedAt);
    this.#readerTimestamps.push(readerTimestamp);
    this.#lines.push(line);
    this.#readTypes.push(readType);
    this.#tagIds.push(tagId);
    return true;
  }

  finish(next: ReadPosition, hasMore: boolean): PageColumns {
    return {
      epoch: this.epoch,
      seqs: this.seqs,
      positions: this.#positions,
      receivedAts: this.#receivedAts,
      readerTimestamps: this.#readerTimestamps,
      lines: this.#lines,
      readTypes: this.#readTypes,
      tagIds: this.#tagIds,
      next,
      hasMore,
    };
  }
}
