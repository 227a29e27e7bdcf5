import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';

export interface Cursor {
  readonly forwarder_id: string;
  readonly reader_ip: string;
  readonly stream_epoch: number;
  readonly last_seq: number;
}

/** How far each stream was received, in a file of JSON that is replaced as a whole. */
export class CursorFile {
  readonly #path: string;
  readonly #cursors = new Map<string, Cursor>();

  constructor(path: string) {
    this.#path = path;
    for (const cursor of readCursors(path)) this.#cursors.set(keyOf(cursor), cursor);
  }

  list(): Cursor[] {
    return [...this.#cursors.values()];
  }

  has(forwarderId: string, readerIp: string): boolean {
    return this.#cursors.has(keyOf({ forwarder_id: forwarderId, reader_ip: readerIp }));
  }

  /** Moves a cursor forward; an event of a former epoch that comes late does not take it back. */
  advance(cursor: Cursor): void {
    const key = keyOf(cursor);
    const before = this.#cursors.get(key);
    if (before === undefined || isAfter(cursor, before)) this.#cursors.set(key, cursor);
  }

  save(): void {
    const temporary = `${this.#path}.new`;
    const file = openSync(temporary, 'w', 0o600);
    try {
      writeSync(file, `${JSON.stringify(this.list(), undefined, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, this.#path);
  }
}

function isAfter(a: Cursor, b: Cursor): boolean {
  return a.stream_epoch > b.stream_epoch || (a.stream_epoch === b.stream_epoch && a.last_seq > b.last_seq);
}

function keyOf({ forwarder_id, reader_ip }: { forwarder_id: string; reader_ip: string }): string {
  return JSON.stringify([forwarder_id, reader_ip]);
}

function readCursors(path: string): Cursor[] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Cursor[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
