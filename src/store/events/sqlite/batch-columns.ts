import type { EventBatch } from '../event-store.ts';

/** A batch as columns: between threads that costs a fraction of an object for each event. */
export interface BatchColumns {
  readonly forwarderId: string;
  readonly displayName: string | null;
  /** The distinct readers, in the order of their first event. */
  readonly readerIps: readonly string[];
  /** For each event the index of its reader. */
  readonly readers: Uint32Array;
  readonly epochs: Float64Array;
  readonly seqs: Float64Array;
  readonly readerTimestamps: readonly (string | null)[];
  readonly lines: readonly string[];
  readonly readTypes: readonly string[];
  readonly tagIds: readonly (string | null)[];
}

export function toColumns({ forwarderId, displayName, events }: EventBatch): BatchColumns {
  const indexes = new Map<string, number>();
  const readers = new Uint32Array(events.length);
  const epochs = new Float64Array(events.length);
  const seqs = new Float64Array(events.length);
  for (const [i, { readerIp, epoch, seq }] of events.entries()) {
    let reader = indexes.get(readerIp);
    if (reader === undefined) {
      reader = indexes.size;
      indexes.set(readerIp, reader);
    }
    readers[i] = reader;
    epochs[i] = epoch;
    seqs[i] = seq;
  }
  return {
    forwarderId,
    displayName,
    readerIps: [...indexes.keys()],
    readers,
    epochs,
    seqs,
    readerTimestamps: events.map((event) => event.readerTimestamp),
    lines: events.map((event) => event.line),
    readTypes: events.map((event) => event.readType),
    tagIds: events.map((event) => event.tagId),
  };
}
