import type { Cursor, ReadEvent } from './messages.ts';

/**
 * What a batch acknowledges: for each reader and epoch in it the highest sequence. An epoch follows the older
 * ones of its reader, because a forwarder keeps the last entry of a reader only.
 */
export function listAckEntries(forwarderId: string, events: readonly ReadEvent[]): Cursor[] {
  const epochsOfReader = new Map<string, Map<number, number>>();
  for (const { reader_ip, stream_epoch, seq } of events) {
    let epochs = epochsOfReader.get(reader_ip);
    if (epochs === undefined) {
      epochs = new Map();
      epochsOfReader.set(reader_ip, epochs);
    }
    const highest = epochs.get(stream_epoch);
    if (highest === undefined || seq > highest) epochs.set(stream_epoch, seq);
  }
  return [...epochsOfReader].flatMap(([reader_ip, epochs]) =>
    [...epochs]
      .sort(([a], [b]) => a - b)
      .map(([stream_epoch, last_seq]) => ({ forwarder_id: forwarderId, reader_ip, stream_epoch, last_seq })),
  );
}
