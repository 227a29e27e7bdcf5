import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreDamagedError, StoreNewerError, StoreOpenError } from '../event-store-error.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';

/** The event store is the only program that writes; a backup or an operator's query may hold it for a moment. */
const BUSY_WAIT_MS = 5000;
/** Then its pages go into the database: more at once are fewer in all, for those that were written often. */
const CHECKPOINT_PAGES = 4000;
/** To this the write-ahead log is cut after a burst. */
const LOG_BYTES_KEPT = 64 * 1024 * 1024;
const WRITER_CACHE_KIB = 64 * 1024;
const READER_CACHE_KIB = 16 * 1024;
/** Data of devices is for nobody but the server and its group. */
const FILE_MODE = 0o640;

/** Opens the only connection that writes; makes the file, and brings its tables to this program's version. */
export function openForWriting(path: string, migrations: readonly Migration[] = MIGRATIONS): DatabaseSync {
  createFile(path);
  const database = new DatabaseSync(path, { timeout: BUSY_WAIT_MS });
  try {
    const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
    if (mode !== 'wal') {
      throw new StoreOpenError(`${path} cannot have a write-ahead log; put it on a local file system`);
    }
    database.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA journal_size_limit = ${LOG_BYTES_KEPT}; PRAGMA cache_size = -${WRITER_CACHE_KIB};
      PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON`);
    migrate(database, path, migrations);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A second connection, which never waits for a commit nor delays one. */
export function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_WAIT_MS });
  database.exec(`PRAGMA cache_size = -${READER_CACHE_KIB}; PRAGMA temp_store = MEMORY`);
  return database;
}

/** SQLite would let everybody read it. Its other files get the mode of this one. */
function createFile(path: string): void {
  try {
    closeSync(openSync(path, 'a', FILE_MODE));
  } catch (error) {
    throw new StoreOpenError(`cannot make ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function migrate(database: DatabaseSync, path: string, migrations: readonly Migration[]): void {
  const present = readVersion(database, path);
  if (present > migrations.length) {
    throw new StoreNewerError(
      `${path} was written by a newer version of this program (its tables have version ${present}, this program knows ${migrations.length}); run that version, or put a backup in the file's place`,
    );
  }
  for (let version = present + 1; version <= migrations.length; version += 1) {
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(
        'CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT',
      );
      database.exec(migrations[version - 1] as Migration);
      database.prepare('INSERT INTO schema_versions VALUES (?, ?)').run(version, Date.now());
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

function readVersion(database: DatabaseSync, path: string): number {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  if (tables.length === 0) return 0;
  if (!tables.some(({ name }) => name === 'schema_versions')) {
    throw new StoreDamagedError(`${path} is a database of another program; move it away`);
  }
  const { version } = database.prepare('SELECT max(version) AS version FROM schema_versions').get() ?? {};
  return Number(version ?? 0);
}
