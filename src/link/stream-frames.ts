import assert from 'node:assert';
import { BODY_BYTES_MAX, LinkError } from './frame.ts';
import type { Cursor, EventPage, ForwarderCommand, ReadEvent, StreamService } from './streams.ts';
import { StreamServiceError } from './streams.ts';

/**
 * The bodies of the frames for event streams.
 *
 * A call and a notice: a byte that says which, the length of the session's ID, the ID, and the argument. An answer:
 * a byte that says what became of the call, and the value. Arguments and values are JSON, except the hash of a token
 * and the events of a page, which are written as they are.
 */
export type StreamMethod = keyof StreamService;

const METHODS: readonly StreamMethod[] = [
  'authenticate',
  'openForwarder',
  'greetAgain',
  'append',
  'confirmAlive',
  'answerRequest',
  'closeForwarder',
  'openReceiver',
  'subscribe',
  'readPage',
  'acknowledge',
  'closeReceiver',
];

export interface StreamCall {
  readonly method: StreamMethod;
  /** Empty for `authenticate`. */
  readonly sessionId: string;
  readonly argument: Buffer;
}

/** The argument of `openReceiver`. */
export interface ReceiverGreeting {
  readonly deviceId: string;
  readonly cursors: readonly Cursor[];
}

export type StreamAnswer =
  | { readonly outcome: 'done'; readonly value: unknown }
  | { readonly outcome: 'page'; readonly page: EventPage }
  | { readonly outcome: 'failed'; readonly message: string };

const OUTCOMES = ['done', 'page', 'failed'] as const;

export type StreamNotice =
  | { readonly notice: 'probe' | 'moreEvents' | 'lost'; readonly sessionId: string }
  | { readonly notice: 'command'; readonly sessionId: string; readonly command: ForwarderCommand };

const NOTICES = ['probe', 'moreEvents', 'lost', 'command'] as const;

const SESSION_ID_BYTES_MAX = 255;
/** Without the ID: its length, and what the frame is. */
const PREFIX_BYTES = 2;
const ARGUMENT_BYTES_MAX = BODY_BYTES_MAX - PREFIX_BYTES - SESSION_ID_BYTES_MAX;

/** So much of a batch of events stands in one frame, so that others' frames are not held up behind it. */
const EVENTS_BYTES_MAX = 8 * 1024 * 1024;

/** Throws a `StreamServiceError` where the argument is too large for a frame. */
export function encodeArgument(argument: unknown): Buffer {
  return limit(Buffer.from(JSON.stringify(argument)));
}

/** The arguments of as many appends as the events need. */
export function encodeEventParts(events: readonly ReadEvent[]): Buffer[] {
  const whole = Buffer.from(JSON.stringify(events));
  if (whole.length <= EVENTS_BYTES_MAX || events.length < 2) return [limit(whole)];
  const middle = events.length >> 1;
  return [...encodeEventParts(events.slice(0, middle)), ...encodeEventParts(events.slice(middle))];
}

export function encodeCall({ method, sessionId, argument }: StreamCall): Buffer[] {
  return [encodePrefix(METHODS.indexOf(method), sessionId), argument];
}

export function decodeCall(body: Buffer): StreamCall {
  const { kind, sessionId, rest } = decodePrefix(body);
  const method = METHODS[kind];
  if (method === undefined) throw new LinkError(`there is no stream call of the number ${kind}`);
  return { method, sessionId, argument: rest };
}

export function decodeArgument<T>(argument: Buffer): T {
  return JSON.parse(argument.toString()) as T;
}

export function encodeAnswer(answer: StreamAnswer): Buffer[] {
  const value = Buffer.from(encodeValue(answer));
  if (value.length > ARGUMENT_BYTES_MAX) {
    return encodeAnswer({ outcome: 'failed', message: `its answer of ${value.length} bytes is too large` });
  }
  return [Buffer.from([OUTCOMES.indexOf(answer.outcome)]), value];
}

export function decodeAnswer(body: Buffer): StreamAnswer {
  const text = body.toString('utf8', 1);
  switch (OUTCOMES[body[0] as number]) {
    case 'done':
      return { outcome: 'done', value: text === '' ? undefined : JSON.parse(text) };
    case 'page':
      return { outcome: 'page', page: { eventsJson: text } };
    case 'failed':
      return { outcome: 'failed', message: text };
    default:
      throw new LinkError(`there is no outcome of the number ${body[0]}`);
  }
}

/** Throws a `StreamServiceError` where a command is too large for a frame. */
export function encodeNotice(notice: StreamNotice): Buffer[] {
  const prefix = encodePrefix(NOTICES.indexOf(notice.notice), notice.sessionId);
  return notice.notice === 'command' ? [prefix, encodeArgument(notice.command)] : [prefix];
}

export function decodeNotice(body: Buffer): StreamNotice {
  const { kind, sessionId, rest } = decodePrefix(body);
  const notice = NOTICES[kind];
  if (notice === undefined) throw new LinkError(`there is no stream notice of the number ${kind}`);
  return notice === 'command'
    ? { notice, sessionId, command: decodeArgument<ForwarderCommand>(rest) }
    : { notice, sessionId };
}

function encodeValue(answer: StreamAnswer): string {
  if (answer.outcome === 'page') return answer.page.eventsJson;
  if (answer.outcome === 'failed') return answer.message;
  return answer.value === undefined ? '' : JSON.stringify(answer.value);
}

function encodePrefix(kind: number, sessionId: string): Buffer {
  const id = Buffer.from(sessionId);
  assert(kind >= 0 && id.length <= SESSION_ID_BYTES_MAX);
  return Buffer.concat([Buffer.from([kind, id.length]), id]);
}

function decodePrefix(body: Buffer): { kind: number; sessionId: string; rest: Buffer } {
  const end = PREFIX_BYTES + (body[1] ?? 0);
  if (body.length < end) throw new LinkError('a frame for event streams ends within its head');
  return {
    kind: body[0] as number,
    sessionId: body.toString('utf8', PREFIX_BYTES, end),
    rest: body.subarray(end),
  };
}

function limit(argument: Buffer): Buffer {
  if (argument.length <= ARGUMENT_BYTES_MAX) return argument;
  throw new StreamServiceError(
    `${argument.length} bytes are too many for one frame; the most are ${ARGUMENT_BYTES_MAX}`,
  );
}
