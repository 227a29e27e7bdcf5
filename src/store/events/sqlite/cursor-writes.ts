import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Cursor } from '../event-store.ts';

/** For each receiver and stream. Without the lowest, what is below counts as read, as it most likely is. */
const EPOCHS_MAX = 256;

export class CursorWrites {
  readonly #save: StatementSync;
  readonly #trim: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync) {
    this.#save = database.prepare(
      `INSERT INTO receiver_cursors (receiver_id, stream_id, epoch, last_seq, updated_at)
       SELECT ?, stream_id, ?, ?, ? FROM streams WHERE forwarder_id = ? AND reader_ip = ?
       ON CONFLICT DO UPDATE SET last_seq = excluded.last_seq, updated_at = excluded.updated_at
       WHERE excluded.last_seq > receiver_cursors.last_seq`,
    );
    this.#trim = database.prepare(
      `DELETE FROM receiver_cursors
       WHERE receiver_id = ?1
         AND stream_id = (SELECT stream_id FROM streams WHERE forwarder_id = ?2 AND reader_ip = ?3)
         AND epoch <= (
           SELECT epoch FROM receiver_cursors c JOIN streams s USING (stream_id)
           WHERE c.receiver_id = ?1 AND s.forwarder_id = ?2 AND s.reader_ip = ?3
           ORDER BY epoch DESC LIMIT 1 OFFSET ?4)`,
    );
    this.#delete = database.prepare(
      `DELETE FROM receiver_cursors
       WHERE (?1 IS NULL OR receiver_id = ?1)
         AND (?2 IS NULL OR stream_id = (SELECT stream_id FROM streams WHERE uuid = ?2))`,
    );
  }

  save(at: number, receiverId: string, cursors: readonly Cursor[]): void {
    for (const { forwarderId, readerIp, epoch, lastSeq } of cursors) {
      this.#save.run(receiverId, epoch, lastSeq, at, forwarderId, readerIp);
      this.#trim.run(receiverId, forwarderId, readerIp, EPOCHS_MAX);
    }
  }

  delete(receiverId?: string, streamId?: string): void {
    this.#delete.run(receiverId ?? null, streamId ?? null);
  }
}
