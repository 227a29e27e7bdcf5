import type { ReadEvent } from './streams.ts';

/** An event for a receiver. The order of the fields is the wire's. */
export function encodeEvent(event: ReadEvent): string {
  return JSON.stringify({
    forwarder_id: event.forwarder_id,
    reader_ip: event.reader_ip,
    stream_epoch: event.stream_epoch,
    seq: event.seq,
    reader_timestamp: event.reader_timestamp,
    raw_read_line: event.raw_read_line,
    read_type: event.read_type,
  });
}

/** The list of what `encodeEvent` made. */
export function joinEvents(events: readonly string[]): string {
  return `[${events.join(',')}]`;
}

/** The events as a JSON list, made once for all receivers that get them. */
export function encodeEvents(events: readonly ReadEvent[]): string {
  return joinEvents(events.map(encodeEvent));
}
