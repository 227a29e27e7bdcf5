import type {
  ConfigGetResponse,
  ConfigSetResponse,
  Cursor,
  ReadEvent,
  RestartResponse,
  StreamName,
} from '../../link/streams.ts';

export type { ConfigGetResponse, ConfigSetResponse, Cursor, ReadEvent, RestartResponse, StreamName };

/**
 * Every message on the wire: one JSON object in a text frame, told apart by `kind`. The names of the fields
 * are the wire's. Where a field may be absent or null on the wire, it is null here.
 */
export type Message =
  | ForwarderHello
  | ForwarderEventBatch
  | ForwarderAck
  | ReceiverHello
  | ReceiverSubscribe
  | ReceiverEventBatch
  | ReceiverAck
  | Heartbeat
  | ErrorMessage
  | EpochResetCommand
  | ConfigGetRequest
  | ConfigGetResponse
  | ConfigSetRequest
  | ConfigSetResponse
  | RestartRequest
  | RestartResponse;

export type Kind = Message['kind'];

export interface ForwarderHello {
  readonly kind: 'forwarder_hello';
  readonly forwarder_id: string;
  readonly reader_ips: readonly string[];
  /** What the forwarder thinks was acknowledged. The server does not use it. */
  readonly resume: readonly Cursor[];
  /** Null clears the name. */
  readonly display_name: string | null;
}

export interface ForwarderEventBatch {
  readonly kind: 'forwarder_event_batch';
  readonly session_id: string;
  readonly batch_id: string;
  readonly events: readonly ReadEvent[];
}

export interface ForwarderAck {
  readonly kind: 'forwarder_ack';
  readonly session_id: string;
  readonly entries: readonly Cursor[];
}

export interface ReceiverHello {
  readonly kind: 'receiver_hello';
  readonly receiver_id: string;
  /** Subscriptions: each stream is delivered from behind its cursor. */
  readonly resume: readonly Cursor[];
}

export interface ReceiverSubscribe {
  readonly kind: 'receiver_subscribe';
  readonly session_id: string;
  readonly streams: readonly StreamName[];
}

export interface ReceiverEventBatch {
  readonly kind: 'receiver_event_batch';
  readonly session_id: string;
  readonly events: readonly ReadEvent[];
}

export interface ReceiverAck {
  readonly kind: 'receiver_ack';
  readonly session_id: string;
  readonly entries: readonly Cursor[];
}

export interface Heartbeat {
  readonly kind: 'heartbeat';
  readonly session_id: string;
  readonly device_id: string;
}

export interface ErrorMessage {
  readonly kind: 'error';
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

export interface EpochResetCommand {
  readonly kind: 'epoch_reset_command';
  readonly session_id: string;
  readonly forwarder_id: string;
  readonly reader_ip: string;
  readonly new_stream_epoch: number;
}

export interface ConfigGetRequest {
  readonly kind: 'config_get_request';
  readonly request_id: string;
}

export interface ConfigSetRequest {
  readonly kind: 'config_set_request';
  readonly request_id: string;
  readonly section: string;
  readonly payload: unknown;
}

export interface RestartRequest {
  readonly kind: 'restart_request';
  readonly request_id: string;
}

/** What went wrong, for the client's program. */
export type ErrorCode =
  | 'INVALID_TOKEN'
  | 'PROTOCOL_ERROR'
  | 'IDENTITY_MISMATCH'
  | 'SESSION_EXPIRED'
  | 'INTEGRITY_CONFLICT'
  | 'INTERNAL_ERROR';
