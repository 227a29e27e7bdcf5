import type { ReadEvent } from '../../link/streams.ts';
import type { NewEvent, StoredEvent, StreamName } from './event-store.ts';

/** A stored event for a receiver: the names are the stream's, whatever the forwarder wrote. */
export function toReadEvent(
  { forwarderId, readerIp }: StreamName,
  event: Pick<StoredEvent & NewEvent, 'epoch' | 'seq' | 'readerTimestamp' | 'line' | 'readType'>,
): ReadEvent {
  return {
    forwarder_id: forwarderId,
    reader_ip: readerIp,
    stream_epoch: event.epoch,
    seq: event.seq,
    reader_timestamp: event.readerTimestamp ?? '',
    raw_read_line: event.line,
    read_type: event.readType,
  };
}
