import { LOG_LEVELS, type LogRecord, RECORD_KEYS } from './log-record.ts';

/** A longer line would be cut in pieces by journald and by container runtimes, and read badly everywhere. */
export const LINE_BYTES_MAX = 64 * 1024;
const MESSAGE_BYTES_MAX = 32 * 1024;
/** What `shorten` itself adds, at most. */
const SHORTENING_BYTES_MAX = 4 * 1024;
const DROPPED_KEYS_MAX = 20;
const DROPPED_KEY_LENGTH_MAX = 100;

const LEVELS: readonly string[] = LOG_LEVELS.map((level) => level.toUpperCase());
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** One line of JSON, without its line end: the four keys of every record first and in order, then the fields. */
export function encodeLine(record: LogRecord): string {
  const line = encode(record);
  const bytes = Buffer.byteLength(line);
  return bytes <= LINE_BYTES_MAX ? line : encode(shorten(record, bytes));
}

/** The record in a line of `encodeLine`, or undefined where it is anything else. */
export function decodeLine(line: string): LogRecord | undefined {
  if (!line.startsWith('{')) return undefined;
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { timestamp, level, target, message } = value;
  if (typeof timestamp !== 'string' || !TIMESTAMP.test(timestamp)) return undefined;
  if (typeof level !== 'string' || !LEVELS.includes(level)) return undefined;
  return typeof target === 'string' && typeof message === 'string' ? (value as LogRecord) : undefined;
}

function encode(record: LogRecord): string {
  const parts = RECORD_KEYS.map((key) => encodePair(key, record[key]));
  for (const [key, value] of fieldsOf(record)) {
    const pair = encodePair(key, value);
    if (pair !== '') parts.push(pair);
  }
  return `{${parts.join(',')}}`;
}

function encodePair(key: string, value: unknown): string {
  const json = JSON.stringify(value);
  return json === undefined ? '' : `${escapeUnsafe(JSON.stringify(key))}:${escapeUnsafe(json)}`;
}

/** JSON leaves characters as they are that drive a terminal or turn the direction of a text; they are escaped too. */
function escapeUnsafe(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function fieldsOf(record: LogRecord): [string, unknown][] {
  return Object.entries(record).filter(([key]) => !RECORD_KEYS.includes(key));
}

/** Cuts the message and leaves out the fields that do not fit, and says so in the record. */
function shorten(record: LogRecord, bytes: number): LogRecord {
  const message = clip(record.message, MESSAGE_BYTES_MAX);
  const target = clip(record.target, DROPPED_KEY_LENGTH_MAX);
  let room = LINE_BYTES_MAX - SHORTENING_BYTES_MAX - MESSAGE_BYTES_MAX;
  const kept: [string, unknown][] = [];
  const dropped: string[] = [];
  for (const [key, value] of fieldsOf(record)) {
    const size = Buffer.byteLength(encodePair(key, value)) + 1;
    if (size <= room) {
      room -= size;
      kept.push([key, value]);
    } else dropped.push(key);
  }
  return {
    ...Object.fromEntries(kept),
    timestamp: record.timestamp,
    level: record.level,
    target,
    message,
    shortened_from_bytes: bytes,
    ...(dropped.length > 0 && {
      dropped_fields: dropped.slice(0, DROPPED_KEYS_MAX).map((key) => clip(key, DROPPED_KEY_LENGTH_MAX)),
    }),
  };
}

/** The beginning of the text that takes at most so many bytes in JSON. */
function clip(text: string, bytesMax: number): string {
  let clipped = text;
  for (let bytes = jsonBytes(clipped); bytes > bytesMax; bytes = jsonBytes(clipped)) {
    clipped = clipped
      .slice(0, Math.floor((clipped.length * bytesMax) / bytes))
      .replace(/[\ud800-\udbff]$/, '');
  }
  return clipped;
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(escapeUnsafe(JSON.stringify(text)));
}
