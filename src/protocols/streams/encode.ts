import type { MessageError } from './message-error.ts';
import type { Cursor, StreamName } from './messages.ts';

/** What the server sends. The order of the fields is the wire's. */

export function encodeHeartbeat(sessionId: string, deviceId: string): string {
  return JSON.stringify({ kind: 'heartbeat', session_id: sessionId, device_id: deviceId });
}

export function encodeError({ code, message, retryable }: MessageError): string {
  return JSON.stringify({ kind: 'error', code, message, retryable });
}

export function encodeForwarderAck(sessionId: string, entries: readonly Cursor[]): string {
  return JSON.stringify({
    kind: 'forwarder_ack',
    session_id: sessionId,
    entries: entries.map(({ forwarder_id, reader_ip, stream_epoch, last_seq }) => ({
      forwarder_id,
      reader_ip,
      stream_epoch,
      last_seq,
    })),
  });
}

/** `eventsJson` is what `encodeEvents` made. */
export function encodeReceiverEventBatch(sessionId: string, eventsJson: string): string {
  return `{"kind":"receiver_event_batch","session_id":${JSON.stringify(sessionId)},"events":${eventsJson}}`;
}

export function encodeEpochResetCommand(sessionId: string, stream: StreamName, newEpoch: number): string {
  return JSON.stringify({
    kind: 'epoch_reset_command',
    session_id: sessionId,
    forwarder_id: stream.forwarder_id,
    reader_ip: stream.reader_ip,
    new_stream_epoch: newEpoch,
  });
}

export function encodeConfigGetRequest(requestId: string): string {
  return JSON.stringify({ kind: 'config_get_request', request_id: requestId });
}

export function encodeConfigSetRequest(requestId: string, section: string, payload: unknown): string {
  return JSON.stringify({ kind: 'config_set_request', request_id: requestId, section, payload });
}

export function encodeRestartRequest(requestId: string): string {
  return JSON.stringify({ kind: 'restart_request', request_id: requestId });
}
