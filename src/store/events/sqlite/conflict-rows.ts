import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { BatchColumns } from './batch-columns.ts';

/** Enough to see what a device does wrong; all are counted. */
const CONFLICTS_PER_STREAM_MAX = 1000;

/** Lines that came under an identity which another line has: the latest of each stream. */
export class ConflictRows {
  readonly #insert: StatementSync;
  readonly #trim: StatementSync;
  readonly #grown = new Set<number>();

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(
      `INSERT INTO conflicts (stream_id, epoch, seq, line, reader_timestamp, read_type, times, last_received_at)
       VALUES (?, ?, ?, ?, ?, ?, 1, ?)
       ON CONFLICT DO UPDATE SET times = times + 1, last_received_at = excluded.last_received_at`,
    );
    this.#trim = database.prepare(
      `DELETE FROM conflicts WHERE stream_id = ?1 AND conflict_id <= (
         SELECT conflict_id FROM conflicts WHERE stream_id = ?1 ORDER BY conflict_id DESC LIMIT 1 OFFSET ?2)`,
    );
  }

  add(at: number, streamId: number, batch: BatchColumns, i: number): void {
    this.#insert.run(
      streamId,
      batch.epochs[i] as number,
      batch.seqs[i] as number,
      batch.lines[i] as string,
      batch.readerTimestamps[i] as string | null,
      batch.readTypes[i] as string,
      at,
    );
    this.#grown.add(streamId);
  }

  /** Removes the oldest of those that became too many. */
  trim(): void {
    for (const streamId of this.#grown) this.#trim.run(streamId, CONFLICTS_PER_STREAM_MAX);
    this.#grown.clear();
  }

  forget(): void {
    this.#grown.clear();
  }
}
