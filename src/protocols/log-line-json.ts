import { LEVELS, TEXT_FIELDS } from './log-record.ts';
import { copyPlain } from './plain-text.ts';
import { characterLength, putCharacter } from './utf8.ts';

/** Bytes that one byte of text may become: `\u00NN`. */
export const JSON_EXPANSION_MAX = 6;
/** Everything else in a line: the names, quotes and commas, the level, `}` and the newline. */
export const JSON_BYTES_MAX = 512;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX = Buffer.from('0123456789abcdef');

/** The lowest byte that stands for itself. DEL is legal in JSON, but harms a terminal. */
const PLAIN_MIN = 0x20;
/** The letter behind the backslash. */
const LETTER_U = 0x75;
const SHORT_ESCAPES = new Uint8Array(128).fill(LETTER_U);
for (const pair of ['\bb', '\tt', '\nn', '\ff', '\rr', '""', '\\\\']) {
  SHORT_ESCAPES[pair.charCodeAt(0)] = pair.charCodeAt(1);
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
  source: DataView,
  ranges: Int32Array,
  level: number,
  target: DataView,
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

function putBytes(bytes: Uint8Array, target: DataView, at: number): number {
  for (let i = 0; i < bytes.length; i += 1) target.setUint8(at + i, bytes[i]!);
  return at + bytes.length;
}

function putText(source: DataView, from: number, to: number, target: DataView, at: number): number {
  let position = from;
  let end = at;
  for (;;) {
    const copied = copyPlain(source, position, to, target, end, PLAIN_MIN, QUOTE, BACKSLASH);
    position += copied;
    end += copied;
    if (position === to) return end;
    const byte = source.getUint8(position);
    if (byte >= 0x80) {
      const length = characterLength(source, position, to);
      end = putCharacter(source, position, length, target, end);
      position += Math.abs(length);
    } else {
      end = putEscape(byte, target, end);
      position += 1;
    }
  }
}

/** `\n` and the like, else `\u00NN`. */
function putEscape(byte: number, target: DataView, at: number): number {
  target.setUint8(at, BACKSLASH);
  const letter = SHORT_ESCAPES[byte]!;
  target.setUint8(at + 1, letter);
  if (letter !== LETTER_U) return at + 2;
  target.setUint8(at + 2, 0x30);
  target.setUint8(at + 3, 0x30);
  target.setUint8(at + 4, HEX[byte >>> 4]!);
  target.setUint8(at + 5, HEX[byte & 0xf]!);
  return at + 6;
}
