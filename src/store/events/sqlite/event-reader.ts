import type { DatabaseSync } from 'node:sqlite';
import type { EpochCursor, PageLimits, ReadPosition } from '../event-store.ts';
import { openForReading } from './open-database.ts';
import { PageReader } from './page-reader.ts';
import { StoreRecords } from './store-records.ts';
import { StreamRecords } from './stream-records.ts';

interface Opened {
  readonly database: DatabaseSync;
  readonly streams: StreamRecords;
  readonly records: StoreRecords;
  readonly pages: PageReader;
}

/** The connection that reads. Each call sees one state of the database. */
export class EventReader {
  readonly #path: string;
  #opened: Opened | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  readonly calls = {
    open: () => void this.#open(),
    listStreams: () => this.#open().streams.list(),
    readStream: (streamId: string) => this.#open().streams.read(streamId),
    findStream: (forwarderId: string, readerIp: string) => this.#open().streams.find(forwarderId, readerIp),
    readResume: (forwarderId: string) => this.#open().records.readResume(forwarderId),
    listEpochs: (streamId: string) => this.#open().records.listEpochs(streamId),
    listConflicts: (streamId: string, countMax: number) =>
      this.#open().records.listConflicts(streamId, countMax),
    listCursors: (receiverId?: string) => this.#open().records.listCursors(receiverId),
    findToken: (hash: Uint8Array) => this.#open().records.findToken(hash),
    listTokens: () => this.#open().records.listTokens(),
    readSize: () => this.#open().records.readSize(this.#path),
    startRead: (streamId: string, cursors: readonly EpochCursor[]) =>
      this.#open().pages.start(streamId, cursors),
    readPage: (streamId: string, position: ReadPosition, limits: PageLimits) =>
      this.#open().pages.read(streamId, position, limits),
  };

  close(): void {
    this.#opened?.database.close();
    this.#opened = undefined;
  }

  #open(): Opened {
    if (this.#opened === undefined) {
      const database = openForReading(this.#path);
      this.#opened = {
        database,
        streams: new StreamRecords(database),
        records: new StoreRecords(database),
        pages: new PageReader(database),
      };
    }
    return this.#opened;
  }
}
