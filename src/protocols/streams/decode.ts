import { MESSAGE_LIMITS as LIMITS } from './limits.ts';
import { FieldError, MessageError } from './message-error.ts';
import type { Cursor, Kind, Message, ReadEvent, StreamName } from './messages.ts';
import {
  type Fields,
  readAny,
  readBoolean,
  readInteger,
  readList,
  readName,
  readObject,
  readOptional,
  readText,
} from './read-fields.ts';

const NUL = '\0';
/** U+2400, the picture of a NUL. */
const NUL_SHOWN = '␀';

type Decoders = { readonly [K in Kind]: (fields: Fields) => Extract<Message, { kind: K }> };

const DECODERS: Decoders = {
  forwarder_hello: (fields) => ({
    kind: 'forwarder_hello',
    forwarder_id: readName(fields.forwarder_id, 'forwarder_id'),
    reader_ips: readList(fields.reader_ips, 'reader_ips', LIMITS.readersMax, (ip) => readName(ip, '')),
    resume: readResume(fields),
    display_name: readOptional(fields.display_name, 'display_name', readDisplayName),
  }),
  forwarder_event_batch: (fields) => ({
    kind: 'forwarder_event_batch',
    session_id: readSessionId(fields),
    batch_id: readText(fields.batch_id, 'batch_id', LIMITS.nameMax),
    events: readEvents(fields),
  }),
  forwarder_ack: (fields) => ({
    kind: 'forwarder_ack',
    session_id: readSessionId(fields),
    entries: readCursors(fields.entries, 'entries'),
  }),
  receiver_hello: (fields) => ({
    kind: 'receiver_hello',
    receiver_id: readName(fields.receiver_id, 'receiver_id'),
    resume: readResume(fields),
  }),
  receiver_subscribe: (fields) => ({
    kind: 'receiver_subscribe',
    session_id: readSessionId(fields),
    streams: readList(fields.streams, 'streams', LIMITS.cursorsMax, readStreamName),
  }),
  receiver_event_batch: (fields) => ({
    kind: 'receiver_event_batch',
    session_id: readSessionId(fields),
    events: readEvents(fields),
  }),
  receiver_ack: (fields) => ({
    kind: 'receiver_ack',
    session_id: readSessionId(fields),
    entries: readCursors(fields.entries, 'entries'),
  }),
  heartbeat: (fields) => ({
    kind: 'heartbeat',
    session_id: readSessionId(fields),
    device_id: readText(fields.device_id, 'device_id', LIMITS.nameMax),
  }),
  error: (fields) => ({
    kind: 'error',
    code: readText(fields.code, 'code', LIMITS.nameMax),
    message: readErrorText(fields.message, 'message'),
    retryable: readBoolean(fields.retryable, 'retryable'),
  }),
  epoch_reset_command: (fields) => ({
    kind: 'epoch_reset_command',
    session_id: readSessionId(fields),
    forwarder_id: readName(fields.forwarder_id, 'forwarder_id'),
    reader_ip: readName(fields.reader_ip, 'reader_ip'),
    new_stream_epoch: readInteger(fields.new_stream_epoch, 'new_stream_epoch'),
  }),
  config_get_request: (fields) => ({
    kind: 'config_get_request',
    request_id: readRequestId(fields),
  }),
  config_get_response: (fields) => ({
    kind: 'config_get_response',
    request_id: readRequestId(fields),
    ok: readBoolean(fields.ok, 'ok'),
    error: readOptional(fields.error, 'error', readErrorText),
    config: readAny(fields.config, 'config'),
    restart_needed: readBoolean(fields.restart_needed, 'restart_needed'),
  }),
  config_set_request: (fields) => ({
    kind: 'config_set_request',
    request_id: readRequestId(fields),
    section: readText(fields.section, 'section', LIMITS.nameMax),
    payload: readAny(fields.payload, 'payload'),
  }),
  config_set_response: (fields) => ({
    kind: 'config_set_response',
    request_id: readRequestId(fields),
    ok: readBoolean(fields.ok, 'ok'),
    error: readOptional(fields.error, 'error', readErrorText),
    restart_needed: readBoolean(fields.restart_needed, 'restart_needed'),
    status_code: readOptional(fields.status_code, 'status_code', readStatusCode),
  }),
  restart_request: (fields) => ({
    kind: 'restart_request',
    request_id: readRequestId(fields),
  }),
  restart_response: (fields) => ({
    kind: 'restart_response',
    request_id: readRequestId(fields),
    ok: readBoolean(fields.ok, 'ok'),
    error: readOptional(fields.error, 'error', readErrorText),
  }),
};

/** A map, since a client may send the name of something that every object has. */
const DECODER_OF_KIND = new Map<string, (fields: Fields) => Message>(Object.entries(DECODERS));

/**
 * The message in a text frame. Fields that the kind does not have are left out. Throws a `MessageError` that
 * names the field when the text is no message.
 *
 * A NUL in what a reader read is shown as `␀`: no database takes it everywhere, and an event that is refused
 * is sent again for ever.
 */
export function decodeMessage(text: string): Message {
  if (text.length > LIMITS.textMax) {
    throw refuse(`a message of ${text.length} characters is too long; the most are ${LIMITS.textMax}`);
  }
  let kind: string | undefined;
  try {
    const fields = readObject(parseJson(text), 'the message');
    kind = readText(fields.kind, 'kind', LIMITS.nameMax);
    const decode = DECODER_OF_KIND.get(kind);
    if (decode === undefined) throw refuse(`kind is ${JSON.stringify(kind)}, which is no kind of message`);
    return decode(fields);
  } catch (error) {
    if (error instanceof FieldError) {
      throw refuse(kind === undefined ? error.message : `${kind}: ${error.message}`, error);
    }
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refuse('the message is no JSON; each text frame must hold one JSON object', cause);
  }
}

function refuse(message: string, cause?: unknown): MessageError {
  return new MessageError('PROTOCOL_ERROR', message, { cause });
}

function readEvents(fields: Fields): ReadEvent[] {
  return readList(fields.events, 'events', LIMITS.eventsMax, readEvent);
}

function readEvent(value: unknown): ReadEvent {
  const fields = readObject(value, '');
  return {
    forwarder_id: readText(fields.forwarder_id, 'forwarder_id', LIMITS.nameMax),
    reader_ip: readName(fields.reader_ip, 'reader_ip'),
    stream_epoch: readInteger(fields.stream_epoch, 'stream_epoch'),
    seq: readInteger(fields.seq, 'seq'),
    reader_timestamp: readStorable(fields.reader_timestamp, 'reader_timestamp', LIMITS.timestampMax),
    raw_read_line: readStorable(fields.raw_read_line, 'raw_read_line', LIMITS.lineMax),
    read_type: readStorable(fields.read_type, 'read_type', LIMITS.readTypeMax),
  };
}

function readStorable(value: unknown, path: string, lengthMax: number): string {
  const text = readText(value, path, lengthMax);
  return text.includes(NUL) ? text.replaceAll(NUL, NUL_SHOWN) : text;
}

/** Absent is no cursors; null is refused. */
function readResume(fields: Fields): Cursor[] {
  return fields.resume === undefined ? [] : readCursors(fields.resume, 'resume');
}

function readCursors(value: unknown, path: string): Cursor[] {
  return readList(value, path, LIMITS.cursorsMax, readCursor);
}

function readCursor(value: unknown): Cursor {
  const fields = readObject(value, '');
  return {
    forwarder_id: readName(fields.forwarder_id, 'forwarder_id'),
    reader_ip: readName(fields.reader_ip, 'reader_ip'),
    stream_epoch: readInteger(fields.stream_epoch, 'stream_epoch'),
    last_seq: readInteger(fields.last_seq, 'last_seq'),
  };
}

function readStreamName(value: unknown): StreamName {
  const fields = readObject(value, '');
  return {
    forwarder_id: readName(fields.forwarder_id, 'forwarder_id'),
    reader_ip: readName(fields.reader_ip, 'reader_ip'),
  };
}

function readDisplayName(value: unknown, path: string): string {
  return readStorable(value, path, LIMITS.displayNameMax);
}

/** Whatever the client echoes, also nothing. */
function readSessionId(fields: Fields): string {
  return readText(fields.session_id, 'session_id', LIMITS.nameMax);
}

function readRequestId(fields: Fields): string {
  return readText(fields.request_id, 'request_id', LIMITS.nameMax);
}

function readErrorText(value: unknown, path: string): string {
  return readText(value, path, LIMITS.errorMax);
}

function readStatusCode(value: unknown, path: string): number {
  return readInteger(value, path, LIMITS.statusCodeMax);
}
