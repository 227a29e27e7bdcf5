/** What a page has of an event. */
export const EVENT_COLUMNS = 'seq, position, received_at, reader_timestamp, line, read_type, tag_id';

/** In the order of `EVENT_COLUMNS`. */
export type EventRow = [number, number, number, string | null, string, string, string | null];

/** Of an event, beside its texts. */
const EVENT_BYTES = 64;

export function weighRow([, , , readerTimestamp, line, readType]: EventRow): number {
  return EVENT_BYTES + line.length + readType.length + (readerTimestamp?.length ?? 0);
}
