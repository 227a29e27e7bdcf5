import { statSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Conflict, Cursor, DeviceToken, Epoch, ReceiverCursor, StoreSize } from '../event-store.ts';

const CONFLICTS_MAX = 1000;
const TOKEN = `token_id AS tokenId, device_type AS deviceType, device_id AS deviceId, created_at AS createdAt,
  revoked_at AS revokedAt`;

/** What is told about the store beside streams and events. */
export class StoreRecords {
  readonly #resume: StatementSync;
  readonly #stream: StatementSync;
  readonly #epochs: StatementSync;
  readonly #conflicts: StatementSync;
  readonly #cursors: StatementSync;
  readonly #token: StatementSync;
  readonly #tokens: StatementSync;
  readonly #size: StatementSync;

  constructor(database: DatabaseSync) {
    this.#resume = database.prepare(
      `SELECT s.forwarder_id AS forwarderId, s.reader_ip AS readerIp, e.epoch, e.last_seq AS lastSeq
       FROM streams s JOIN epochs e USING (stream_id) WHERE s.forwarder_id = ?
       ORDER BY s.stream_id, e.epoch`,
    );
    this.#stream = database.prepare('SELECT current_epoch AS currentEpoch FROM streams WHERE uuid = ?');
    this.#epochs = database.prepare(
      `SELECT e.epoch, e.inserted, e.retransmitted, e.conflicts, e.distinct_tags AS distinctTags,
         e.first_received_at AS firstReceivedAt, e.last_received_at AS lastReceivedAt
       FROM epochs e JOIN streams s USING (stream_id) WHERE s.uuid = ? ORDER BY e.epoch`,
    );
    this.#conflicts = database.prepare(
      `SELECT epoch, seq, line, reader_timestamp AS readerTimestamp, read_type AS readType, times,
         last_received_at AS lastReceivedAt
       FROM conflicts WHERE stream_id = (SELECT stream_id FROM streams WHERE uuid = ?)
       ORDER BY conflict_id DESC LIMIT ?`,
    );
    this.#cursors = database.prepare(
      `SELECT c.receiver_id AS receiverId, s.uuid AS streamId, c.epoch, c.last_seq AS lastSeq,
         c.updated_at AS updatedAt
       FROM receiver_cursors c JOIN streams s USING (stream_id) WHERE ?1 IS NULL OR c.receiver_id = ?1
       ORDER BY c.receiver_id, s.uuid, c.epoch`,
    );
    this.#token = database.prepare(
      `SELECT ${TOKEN} FROM device_tokens WHERE token_hash = ? AND revoked_at IS NULL`,
    );
    this.#tokens = database.prepare(`SELECT ${TOKEN} FROM device_tokens ORDER BY created_at, rowid`);
    this.#size = database.prepare(
      `SELECT page_count * page_size AS bytes, freelist_count * page_size AS freeBytes,
         (SELECT count(*) FROM streams) AS streams, (SELECT coalesce(sum(inserted), 0) FROM epochs) AS events
       FROM pragma_page_count, pragma_page_size, pragma_freelist_count`,
    );
  }

  readResume(forwarderId: string): Cursor[] {
    return this.#resume.all(forwarderId) as unknown as Cursor[];
  }

  listEpochs(streamId: string): Epoch[] | undefined {
    const stream = this.#stream.get(streamId);
    if (stream === undefined) return undefined;
    const rows = this.#epochs.all(streamId) as unknown as Omit<Epoch, 'isCurrent'>[];
    return rows.map((row) => ({ ...row, isCurrent: row.epoch === stream.currentEpoch }));
  }

  listConflicts(streamId: string, countMax: number): Conflict[] {
    return this.#conflicts.all(streamId, Math.min(countMax, CONFLICTS_MAX)) as unknown as Conflict[];
  }

  listCursors(receiverId?: string): ReceiverCursor[] {
    return this.#cursors.all(receiverId ?? null) as unknown as ReceiverCursor[];
  }

  findToken(hash: Uint8Array): DeviceToken | undefined {
    return this.#token.get(hash) as DeviceToken | undefined;
  }

  listTokens(): DeviceToken[] {
    return this.#tokens.all() as unknown as DeviceToken[];
  }

  readSize(path: string): StoreSize {
    const size = this.#size.get() as unknown as StoreSize;
    const log = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    return { ...size, bytes: size.bytes + log };
  }
}
