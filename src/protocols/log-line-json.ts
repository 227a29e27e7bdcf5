import { LEVELS, TEXT_FIELDS } from './log-record.ts';
import { characterLength, putCharacter } from './utf8.ts';

/** Bytes that one byte of text may become: `\u00NN`. */
export const JSON_EXPANSION_MAX = 6;
/** Everything else in a line: the names, quotes and commas, the level, `}` and the newline. */
export const JSON_BYTES_MAX = 512;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX = Buffer.from('0123456789abcdef');

/** What is not copied as it is. DEL is legal in JSON, but harms a terminal. */
const IS_SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte >= 0x7f || byte === QUOTE || byte === BACKSLASH ? 1 : 0,
);
/** The letter behind the backslash, 0 where there is none. */
const SHORT_ESCAPES = new Uint8Array(128);
for (const [byte, letter] of ['\bb', '\tt', '\nn', '\ff', '\rr', '""', '\\\\'].map((pair) => Buffer.from(pair))) {
  SHORT_ESCAPES[byte!] = letter!;
}

/** What stands before each text: the end of the one before, and its name. The level follows `module`. */
const NAMES = TEXT_FIELDS.map((field, i) => Buffer.from(`${i === 0 ? '' : '",'}"${field}":"`));
const LEVEL_NAME = Buffer.from('","level":"');
const AFTER_LEVEL = TEXT_FIELDS.indexOf('filename');
const LEVEL_NAMES = LEVELS.map((level) => Buffer.from(level.toUpperCase()));
const CLOSING = Buffer.from('"}\n');

/**
 * Writes the body of a `json` line and returns the offset behind its newline. The sixteen fields stand in the
 * order of the schema, and all of them are strings, also a level that has a number only.
 */
export function putJson(
  source: Uint8Array,
  ranges: Int32Array,
  level: number,
  target: Uint8Array,
  start: number,
): number {
  let at = start;
  for (let i = 0; i < NAMES.length; i += 1) {
    if (i === AFTER_LEVEL) {
      at = putBytes(LEVEL_NAME, target, at);
      at = putBytes(LEVEL_NAMES[level] ?? Buffer.from(String(level)), target, at);
    }
    at = putBytes(NAMES[i]!, target, at);
    at = putText(source, ranges[2 * i]!, ranges[2 * i + 1]!, target, at);
  }
  return putBytes(CLOSING, target, at);
}

function putBytes(bytes: Uint8Array, target: Uint8Array, at: number): number {
  for (let i = 0; i < bytes.length; i += 1) target[at + i] = bytes[i]!;
  return at + bytes.length;
}

function putText(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): number {
  let end = at;
  let position = from;
  while (position < to) {
    const byte = source[position]!;
    if (IS_SPECIAL[byte] === 0) {
      target[end++] = byte;
      position += 1;
    } else if (byte >= 0x80) {
      const length = characterLength(source, position, to);
      end = putCharacter(source, position, length, target, end);
      position += Math.abs(length);
    } else {
      end = putEscape(byte, target, end);
      position += 1;
    }
  }
  return end;
}

/** `\n` and the like, else `\u00NN`. */
function putEscape(byte: number, target: Uint8Array, at: number): number {
  target[at] = BACKSLASH;
  const letter = SHORT_ESCAPES[byte]!;
  if (letter !== 0) {
    target[at + 1] = letter;
    return at + 2;
  }
  target[at + 1] = 0x75;
  target[at + 2] = 0x30;
  target[at + 3] = 0x30;
  target[at + 4] = HEX[byte >>> 4]!;
  target[at + 5] = HEX[byte & 0xf]!;
  return at + 6;
}
