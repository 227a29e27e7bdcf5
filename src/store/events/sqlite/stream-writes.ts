import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EpochCommand, RegisteredStream } from '../event-store.ts';
import { EventRefusedError } from '../event-store-error.ts';
import { StreamRecords } from './stream-records.ts';
import { StreamRows } from './stream-rows.ts';

/** What changes a stream without an event. */
export class StreamWrites {
  readonly #rows: StreamRows;
  readonly #records: StreamRecords;
  readonly #setDisplayName: StatementSync;
  readonly #setAlias: StatementSync;
  readonly #command: StatementSync;

  constructor(database: DatabaseSync) {
    this.#rows = new StreamRows(database);
    this.#records = new StreamRecords(database);
    this.#setDisplayName = database.prepare('UPDATE streams SET display_name = ? WHERE forwarder_id = ?');
    this.#setAlias = database.prepare('UPDATE streams SET alias = ? WHERE uuid = ?');
    this.#command = database.prepare(
      `UPDATE streams SET commanded_epoch = max(current_epoch, commanded_epoch) + 1
       WHERE uuid = ? AND max(current_epoch, commanded_epoch) < ?
       RETURNING forwarder_id AS forwarderId, reader_ip AS readerIp, commanded_epoch AS epoch`,
    );
  }

  register(
    at: number,
    forwarderId: string,
    displayName: string | null,
    readerIps: readonly string[],
  ): RegisteredStream[] {
    const missing = new Set(
      readerIps.filter((readerIp) => this.#rows.find(forwarderId, readerIp) === undefined),
    );
    this.#rows.checkRoomFor(missing.size);
    this.#setDisplayName.run(displayName, forwarderId);
    for (const readerIp of missing) this.#rows.create(forwarderId, readerIp, displayName, at);
    return this.#records
      .listOf(forwarderId)
      .map((stream) => ({ ...stream, isNew: missing.has(stream.readerIp) }));
  }

  setAlias(streamId: string, alias: string): boolean {
    return this.#setAlias.run(alias, streamId).changes !== 0;
  }

  commandEpoch(streamId: string): EpochCommand | undefined {
    const stream = this.#records.read(streamId);
    if (stream === undefined) return undefined;
    const command = this.#command.get(streamId, Number.MAX_SAFE_INTEGER);
    if (command !== undefined) return { ...command } as unknown as EpochCommand;
    throw new EventRefusedError(`stream ${streamId} has reached the highest epoch; delete it to begin anew`);
  }
}
