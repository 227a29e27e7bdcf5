import { DatabaseSync } from 'node:sqlite';

export interface JournalEvent {
  readonly epoch: number;
  readonly seq: number;
  readonly taken_at: string;
  readonly line: string;
}

/** The events that the server has not acknowledged, on the disk of the device. */
export class Journal {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS events (
        epoch INTEGER NOT NULL, seq INTEGER NOT NULL, taken_at TEXT NOT NULL, line TEXT NOT NULL,
        PRIMARY KEY (epoch, seq)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS position (
        id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL, next_seq INTEGER NOT NULL
      ) STRICT;
      INSERT OR IGNORE INTO position VALUES (1, 1, 1);
    `);
  }

  /** Numbers a line and keeps it. */
  append(takenAt: string, line: string): void {
    const database = this.#database;
    database.exec('BEGIN IMMEDIATE');
    try {
      database.prepare('INSERT INTO events SELECT epoch, next_seq, ?, ? FROM position').run(takenAt, line);
      database.exec('UPDATE position SET next_seq = next_seq + 1');
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }

  /** The oldest events. */
  read(countMax: number): JournalEvent[] {
    const select = this.#database.prepare(
      'SELECT epoch, seq, taken_at, line FROM events ORDER BY epoch, seq LIMIT ?',
    );
    return select.all(countMax) as unknown as JournalEvent[];
  }

  /** Forgets what the server has. */
  acknowledge(epoch: number, lastSeq: number): void {
    this.#database.prepare('DELETE FROM events WHERE epoch = ? AND seq <= ?').run(epoch, lastSeq);
  }

  /** Counts from 1 again, in a later epoch. An epoch that has begun is not begun again. */
  beginEpoch(epoch: number): void {
    this.#database
      .prepare('UPDATE position SET epoch = :epoch, next_seq = 1 WHERE epoch < :epoch')
      .run({ epoch });
  }

  close(): void {
    this.#database.close();
  }
}
