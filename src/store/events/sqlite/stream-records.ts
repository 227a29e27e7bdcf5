import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Stream } from '../event-store.ts';

const SELECT = `
  SELECT s.uuid, s.forwarder_id, s.reader_ip, s.alias, s.display_name, s.current_epoch, s.created_at,
    s.last_position,
    s.pruned_inserted + coalesce(sum(e.inserted), 0) AS inserted,
    s.pruned_retransmitted + coalesce(sum(e.retransmitted), 0) AS retransmitted,
    s.pruned_conflicts + coalesce(sum(e.conflicts), 0) AS conflicts,
    max(coalesce(max(e.last_received_at), s.pruned_last_received_at),
      coalesce(s.pruned_last_received_at, max(e.last_received_at))) AS last_received_at,
    c.inserted AS c_inserted, c.retransmitted AS c_retransmitted, c.conflicts AS c_conflicts,
    c.distinct_tags AS c_distinct_tags, c.last_received_at AS c_last_received_at,
    c.last_tag_id AS c_last_tag_id, c.last_reader_timestamp AS c_last_reader_timestamp
  FROM streams s
    LEFT JOIN epochs e ON e.stream_id = s.stream_id
    LEFT JOIN epochs c ON c.stream_id = s.stream_id AND c.epoch = s.current_epoch`;
const GROUP = 'GROUP BY s.stream_id ORDER BY s.created_at, s.stream_id';

type Row = Record<string, string | number | null>;

/** Streams with their counts, as they are told to others. */
export class StreamRecords {
  readonly #all: StatementSync;
  readonly #byId: StatementSync;
  readonly #byName: StatementSync;
  readonly #byForwarder: StatementSync;

  constructor(database: DatabaseSync) {
    this.#all = database.prepare(`${SELECT} ${GROUP}`);
    this.#byId = database.prepare(`${SELECT} WHERE s.uuid = ? ${GROUP}`);
    this.#byName = database.prepare(`${SELECT} WHERE s.forwarder_id = ? AND s.reader_ip = ? ${GROUP}`);
    this.#byForwarder = database.prepare(`${SELECT} WHERE s.forwarder_id = ? ${GROUP}`);
  }

  list(): Stream[] {
    return this.#all.all().map((row) => toStream(row as Row));
  }

  listOf(forwarderId: string): Stream[] {
    return this.#byForwarder.all(forwarderId).map((row) => toStream(row as Row));
  }

  read(streamId: string): Stream | undefined {
    const row = this.#byId.get(streamId);
    return row === undefined ? undefined : toStream(row as Row);
  }

  find(forwarderId: string, readerIp: string): Stream | undefined {
    const row = this.#byName.get(forwarderId, readerIp);
    return row === undefined ? undefined : toStream(row as Row);
  }
}

function toStream(row: Row): Stream {
  return {
    streamId: row.uuid as string,
    forwarderId: row.forwarder_id as string,
    readerIp: row.reader_ip as string,
    alias: row.alias as string | null,
    displayName: row.display_name as string | null,
    currentEpoch: row.current_epoch as number,
    createdAt: row.created_at as number,
    lastPosition: row.last_position as number,
    total: {
      inserted: row.inserted as number,
      retransmitted: row.retransmitted as number,
      conflicts: row.conflicts as number,
      lastReceivedAt: row.last_received_at as number | null,
    },
    current: {
      inserted: (row.c_inserted ?? 0) as number,
      retransmitted: (row.c_retransmitted ?? 0) as number,
      conflicts: (row.c_conflicts ?? 0) as number,
      lastReceivedAt: row.c_last_received_at as number | null,
      distinctTags: (row.c_distinct_tags ?? 0) as number,
      lastTagId: row.c_last_tag_id as string | null,
      lastReaderTimestamp: row.c_last_reader_timestamp as string | null,
    },
  };
}
