/** One step of the tables' shape. Its place in the list, from 1, is the version that it leads to. */
export type Migration = string;

/**
 * Applied in this order, each once, each in a transaction of its own. What was released is never changed, only
 * followed.
 *
 * The keys are dense integers, and an event is keyed by its epoch's and its sequence: events of a batch lie side by
 * side at the end of their epoch, which makes several times the rows per second of a key in random order. An
 * epoch's events are never deleted in one go: the row in `epochs` goes, `removed_epochs` remembers it, and the
 * events follow little by little; the same epoch number that comes again gets a new id.
 */
export const MIGRATIONS: readonly Migration[] = [
  `
  CREATE TABLE streams (
    stream_id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    forwarder_id TEXT NOT NULL,
    reader_ip TEXT NOT NULL,
    alias TEXT,
    display_name TEXT,
    current_epoch INTEGER NOT NULL DEFAULT 1,
    commanded_epoch INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    last_position INTEGER NOT NULL DEFAULT 0,
    head_epoch INTEGER NOT NULL DEFAULT 0,
    head_seq INTEGER NOT NULL DEFAULT -1,
    pruned_inserted INTEGER NOT NULL DEFAULT 0,
    pruned_retransmitted INTEGER NOT NULL DEFAULT 0,
    pruned_conflicts INTEGER NOT NULL DEFAULT 0,
    pruned_last_received_at INTEGER,
    UNIQUE (forwarder_id, reader_ip)
  ) STRICT;

  CREATE TABLE epochs (
    epoch_id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL REFERENCES streams ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    last_late_position INTEGER NOT NULL DEFAULT 0,
    inserted INTEGER NOT NULL DEFAULT 0,
    retransmitted INTEGER NOT NULL DEFAULT 0,
    conflicts INTEGER NOT NULL DEFAULT 0,
    distinct_tags INTEGER NOT NULL DEFAULT 0,
    first_received_at INTEGER NOT NULL,
    last_received_at INTEGER NOT NULL,
    last_tag_id TEXT,
    last_reader_timestamp TEXT,
    UNIQUE (stream_id, epoch)
  ) STRICT;
  CREATE INDEX epochs_by_age ON epochs (last_received_at);
  CREATE INDEX epochs_with_late_events ON epochs (stream_id, last_late_position) WHERE last_late_position > 0;

  CREATE TABLE events (
    epoch_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    position INTEGER NOT NULL,
    is_late INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    reader_timestamp TEXT,
    line TEXT NOT NULL,
    read_type TEXT NOT NULL,
    tag_id TEXT,
    PRIMARY KEY (epoch_id, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX late_events ON events (epoch_id, position) WHERE is_late = 1;

  CREATE TABLE epoch_tags (
    epoch_id INTEGER NOT NULL,
    tag_id TEXT NOT NULL,
    PRIMARY KEY (epoch_id, tag_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE removed_epochs (
    epoch_id INTEGER PRIMARY KEY
  ) STRICT;

  CREATE TABLE conflicts (
    conflict_id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL REFERENCES streams ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    line TEXT NOT NULL,
    reader_timestamp TEXT,
    read_type TEXT NOT NULL,
    times INTEGER NOT NULL,
    last_received_at INTEGER NOT NULL,
    UNIQUE (stream_id, epoch, seq, line)
  ) STRICT;
  CREATE INDEX conflicts_by_stream ON conflicts (stream_id);

  CREATE TABLE receiver_cursors (
    receiver_id TEXT NOT NULL,
    stream_id INTEGER NOT NULL REFERENCES streams ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (receiver_id, stream_id, epoch)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX receiver_cursors_by_stream ON receiver_cursors (stream_id, epoch);

  CREATE TABLE device_tokens (
    token_id TEXT PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    device_type TEXT NOT NULL CHECK (device_type IN ('forwarder', 'receiver', 'admin')),
    device_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT;
  `,
];
