import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DeletionScope, PrunedEpoch, PruneLimits } from '../event-store.ts';

/** So many rows are gone in a few milliseconds; batches that arrive meanwhile wait no longer than that. */
const ROWS_PER_SWEEP = 2000;
const EPOCHS_PER_PRUNE_MAX = 100;

const STREAMS_IN_SCOPE = 'SELECT stream_id FROM streams WHERE ?1 IS NULL OR uuid = ?1';
const EPOCHS_IN_SCOPE = `stream_id IN (${STREAMS_IN_SCOPE}) AND (?2 IS NULL OR epoch = ?2)`;

/**
 * Takes epochs out of sight at once, whatever they hold; their events go little by little (`sweep`), also after a
 * restart.
 */
export class Removals {
  readonly #removeEpochs: readonly StatementSync[];
  readonly #deleteCursors: StatementSync;
  readonly #resetPruned: StatementSync;
  readonly #deleteStreams: StatementSync;
  readonly #findPrunable: StatementSync;
  readonly #keepCounts: StatementSync;
  readonly #deleteEpochCursors: StatementSync;
  readonly #nextRemoved: StatementSync;
  readonly #forgetRemoved: StatementSync;
  readonly #sweeps: readonly { readonly boundary: StatementSync; readonly remove: StatementSync }[];

  constructor(database: DatabaseSync) {
    const prepare = (sql: string) => database.prepare(sql);
    this.#removeEpochs = [
      prepare(`INSERT INTO removed_epochs SELECT epoch_id FROM epochs WHERE ${EPOCHS_IN_SCOPE}`),
      prepare(`DELETE FROM conflicts WHERE ${EPOCHS_IN_SCOPE}`),
      prepare(`DELETE FROM epochs WHERE ${EPOCHS_IN_SCOPE}`),
    ];
    this.#deleteCursors = prepare(`DELETE FROM receiver_cursors WHERE stream_id IN (${STREAMS_IN_SCOPE})`);
    this.#resetPruned = prepare(
      `UPDATE streams SET pruned_inserted = 0, pruned_retransmitted = 0, pruned_conflicts = 0,
         pruned_last_received_at = NULL WHERE ?1 IS NULL OR uuid = ?1`,
    );
    this.#deleteStreams = prepare('DELETE FROM streams WHERE ?1 IS NULL OR uuid = ?1');
    this.#findPrunable = prepare(
      `SELECT s.uuid AS streamId, s.forwarder_id AS forwarderId, s.reader_ip AS readerIp, e.epoch,
         e.inserted AS events
       FROM epochs e INDEXED BY epochs_by_age JOIN streams s USING (stream_id)
       WHERE e.last_received_at < ? AND e.epoch < s.current_epoch
       ORDER BY e.last_received_at LIMIT ?`,
    );
    this.#keepCounts = prepare(
      `UPDATE streams SET pruned_inserted = pruned_inserted + e.inserted,
         pruned_retransmitted = pruned_retransmitted + e.retransmitted,
         pruned_conflicts = pruned_conflicts + e.conflicts,
         pruned_last_received_at = max(coalesce(pruned_last_received_at, 0), e.last_received_at)
       FROM epochs e WHERE e.stream_id = streams.stream_id AND streams.uuid = ? AND e.epoch = ?`,
    );
    this.#deleteEpochCursors = prepare(
      `DELETE FROM receiver_cursors WHERE stream_id = (SELECT stream_id FROM streams WHERE uuid = ?)
         AND epoch = ?`,
    );
    this.#nextRemoved = prepare('SELECT epoch_id AS id FROM removed_epochs LIMIT 1');
    this.#forgetRemoved = prepare('DELETE FROM removed_epochs WHERE epoch_id = ?');
    this.#sweeps = [
      ['events', 'seq'],
      ['epoch_tags', 'tag_id'],
    ].map(([table, key]) => ({
      boundary: prepare(
        `SELECT ${key} AS key FROM ${table} WHERE epoch_id = ? ORDER BY ${key} LIMIT 1 OFFSET ?`,
      ),
      remove: prepare(`DELETE FROM ${table} WHERE epoch_id = ?1 AND (?2 IS NULL OR ${key} < ?2)`),
    }));
  }

  /** Without an id all of them. */
  deleteStreams(streamId: string | null): boolean {
    this.#remove(streamId, null);
    return this.#deleteStreams.run(streamId).changes !== 0;
  }

  deleteEvents({ streamId, epoch }: DeletionScope & { readonly epoch?: number }): void {
    this.#remove(streamId ?? null, epoch ?? null);
    this.#deleteCursors.run(streamId ?? null);
    if (epoch === undefined) this.#resetPruned.run(streamId ?? null);
  }

  prune({ lastReceivedBefore, epochsMax }: PruneLimits): PrunedEpoch[] {
    const count = Math.min(epochsMax, EPOCHS_PER_PRUNE_MAX);
    const pruned = this.#findPrunable.all(lastReceivedBefore, count) as unknown as PrunedEpoch[];
    for (const { streamId, epoch } of pruned) {
      this.#keepCounts.run(streamId, epoch);
      this.#deleteEpochCursors.run(streamId, epoch);
      this.#remove(streamId, epoch);
    }
    return pruned;
  }

  /** Deletes some rows of what was removed. Returns whether there are more. */
  sweep(): boolean {
    const removed = this.#nextRemoved.get() as { id: number } | undefined;
    if (removed === undefined) return false;
    for (const { boundary, remove } of this.#sweeps) {
      const key = boundary.get(removed.id, ROWS_PER_SWEEP)?.key ?? null;
      remove.run(removed.id, key);
      if (key !== null) return true;
    }
    this.#forgetRemoved.run(removed.id);
    return true;
  }

  #remove(streamId: string | null, epoch: number | null): void {
    for (const statement of this.#removeEpochs) statement.run(streamId, epoch);
  }
}
