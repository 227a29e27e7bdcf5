import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { EventRefusedError } from '../event-store-error.ts';

/** A list of all of them is one answer. */
export const STREAMS_MAX = 20_000;

export interface StreamRow {
  readonly id: number;
  readonly uuid: string;
  readonly currentEpoch: number;
  readonly lastPosition: number;
  readonly headEpoch: number;
  readonly headSeq: number;
}

/** Finds and makes the rows of streams, for whoever writes. */
export class StreamRows {
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #count: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(
      `SELECT stream_id AS id, uuid, current_epoch AS currentEpoch, last_position AS lastPosition,
         head_epoch AS headEpoch, head_seq AS headSeq
       FROM streams WHERE forwarder_id = ? AND reader_ip = ?`,
    );
    this.#insert = database.prepare(
      `INSERT INTO streams (uuid, forwarder_id, reader_ip, display_name, created_at) VALUES (?, ?, ?, ?, ?)`,
    );
    this.#count = database.prepare('SELECT count(*) AS count FROM streams');
  }

  find(forwarderId: string, readerIp: string): StreamRow | undefined {
    return this.#find.get(forwarderId, readerIp) as StreamRow | undefined;
  }

  /** Throws `EventRefusedError` before anything is written. */
  checkRoomFor(count: number): void {
    if (count === 0) return;
    const { count: present } = this.#count.get() as { count: number };
    if (present + count <= STREAMS_MAX) return;
    throw new EventRefusedError(
      `there are ${present} streams, and no more than ${STREAMS_MAX} are allowed; delete those that are not needed`,
    );
  }

  create(forwarderId: string, readerIp: string, displayName: string | null, at: number): StreamRow {
    this.#insert.run(randomUUID(), forwarderId, readerIp, displayName, at);
    return this.find(forwarderId, readerIp) as StreamRow;
  }
}
