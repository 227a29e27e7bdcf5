import {
  type EventStoreError,
  StoreBusyError,
  StoreDamagedError,
  StoreFullError,
  StoreIoError,
  StoreOpenError,
} from '../event-store-error.ts';

/** Of sqlite.org/rescode.html; the low byte of a code is its kind. */
const SQLITE_PERM = 3;
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

interface SqliteFailure extends Error {
  readonly code: 'ERR_SQLITE_ERROR';
  readonly errcode: number;
}

/** What the world did to the database. Undefined: our own mistake. */
export function explainFailure(error: unknown, path: string): EventStoreError | undefined {
  if (!isSqliteFailure(error)) return undefined;
  const options = { cause: error };
  const why = `${error.message} (SQLite ${error.errcode})`;
  switch (error.errcode & 0xff) {
    case SQLITE_FULL:
      return new StoreFullError(`cannot write ${path}: the disk is full; make room`, options);
    case SQLITE_IOERR:
      return new StoreIoError(`cannot read or write ${path}: ${why}; look at the disk and its room`, options);
    case SQLITE_BUSY:
      return new StoreBusyError(`${path} is held by another program; end it`, options);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return new StoreDamagedError(
        `${path} is damaged: ${why}; stop the server, move the file and those that begin with its name away, and put a backup in its place`,
        options,
      );
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return new StoreOpenError(
        `cannot open ${path} for writing: ${why}; let the user that runs the server write the file and its folder`,
        options,
      );
    default:
      return undefined;
  }
}

function isSqliteFailure(error: unknown): error is SqliteFailure {
  return error instanceof Error && (error as Partial<SqliteFailure>).code === 'ERR_SQLITE_ERROR';
}
