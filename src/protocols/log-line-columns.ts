import { LEVELS, TEXT_FIELDS, type TextField } from './log-record.ts';
import { copyPlain } from './plain-text.ts';
import { characterLength, countCharacters, putCharacter } from './utf8.ts';

/** Bytes that one byte of text may become: `\xNN`. */
export const COLUMNS_EXPANSION_MAX = 4;
/** Everything else in a line: the padding of all columns, the level, the newline. */
export const COLUMNS_BYTES_MAX = 256;

/** Characters of the columns in the `fixed` format, each a multiple of four; a longer value is kept whole. */
const WIDTHS = {
  timestamp: 24,
  hostname: 16,
  loggerName: 20,
  level: 8,
  filename: 24,
  functionName: 24,
} as const;
const LINE_NUMBER_WIDTH = 6;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const DASH = 0x2d;
const BACKSLASH = 0x5c;
const FOUR_SPACES = 0x20202020;

/** The lowest byte that stands for itself: a column ends at a space, the message does not. */
const PLAIN_MIN_IN_COLUMN = 0x21;
const PLAIN_MIN_IN_MESSAGE = 0x20;

const LETTER_X = 0x78;
const HEX = Buffer.from('0123456789abcdef');
/** The letter behind the backslash. */
const SHORT_ESCAPES = new Uint8Array(128).fill(LETTER_X);
for (const pair of ['\tt', '\nn', '\rr', '\\\\']) SHORT_ESCAPES[pair.charCodeAt(0)] = pair.charCodeAt(1);

const FIXED_LEVELS = LEVELS.map((level) => Buffer.from(`${level.toUpperCase().padEnd(WIDTHS.level)} `));
const PLAIN_LEVELS = LEVELS.map((level) => Buffer.from(`${level.toUpperCase()} `));

const TIMESTAMP = rangeOf('timestamp');
const HOSTNAME = rangeOf('hostname');
const LOGGER_NAME = rangeOf('loggerName');
const FILENAME = rangeOf('filename');
const FUNCTION_NAME = rangeOf('functionName');
const LINE_NUMBER = rangeOf('lineNumber');
const MESSAGE = rangeOf('message');

function rangeOf(field: TextField): number {
  return 2 * TEXT_FIELDS.indexOf(field);
}

/** Writes the body of a `fixed` or `plain` line and returns the offset behind its newline. */
export function putColumns(
  source: DataView,
  ranges: Int32Array,
  level: number,
  target: DataView,
  start: number,
  isFixed: boolean,
): number {
  let at = start;
  at = putColumn(source, ranges, TIMESTAMP, target, at, isFixed ? WIDTHS.timestamp : 0);
  at = putColumn(source, ranges, HOSTNAME, target, at, isFixed ? WIDTHS.hostname : 0);
  at = putColumn(source, ranges, LOGGER_NAME, target, at, isFixed ? WIDTHS.loggerName : 0);
  at = putLevel(level, target, at, isFixed);
  at = putColumn(source, ranges, FILENAME, target, at, isFixed ? WIDTHS.filename : 0);
  at = putColumn(source, ranges, FUNCTION_NAME, target, at, isFixed ? WIDTHS.functionName : 0);
  at = putLineNumber(source, ranges, target, at, isFixed ? LINE_NUMBER_WIDTH : 0);
  at = putMessage(source, ranges, target, at);
  target.setUint8(at, NEWLINE);
  return at + 1;
}

/** Left-aligned and followed by a space. Padding counts characters, so that columns line up. */
function putColumn(
  source: DataView,
  ranges: Int32Array,
  field: number,
  target: DataView,
  at: number,
  width: number,
): number {
  for (let i = 0; i < width; i += 4) target.setInt32(at + i, FOUR_SPACES);
  const from = ranges[field]!;
  const to = ranges[field + 1]!;
  const copied = copyPlain(source, from, to, target, at, PLAIN_MIN_IN_COLUMN, BACKSLASH);
  let end = at + copied;
  if (from + copied < to) {
    end = putEscaped(source, from + copied, to, target, end, PLAIN_MIN_IN_COLUMN);
    const padded = end + width - countCharacters(target, at, end);
    while (end < padded) target.setUint8(end++, SPACE);
  } else {
    if (copied === 0) target.setUint8(end++, DASH);
    if (end < at + width) end = at + width;
  }
  target.setUint8(end, SPACE);
  return end + 1;
}

/** Right-aligned and followed by a space. */
function putLineNumber(
  source: DataView,
  ranges: Int32Array,
  target: DataView,
  at: number,
  width: number,
): number {
  const end = putColumn(source, ranges, LINE_NUMBER, target, at, 0);
  const padding = width - countCharacters(target, at, end - 1);
  if (padding <= 0) return end;
  for (let i = end - 1; i >= at; i -= 1) target.setUint8(i + padding, target.getUint8(i));
  for (let i = at; i < at + padding; i += 1) target.setUint8(i, SPACE);
  return end + padding;
}

function putLevel(level: number, target: DataView, at: number, isFixed: boolean): number {
  const known = (isFixed ? FIXED_LEVELS : PLAIN_LEVELS)[level];
  const bytes = known ?? Buffer.from(`${String(level).padEnd(isFixed ? WIDTHS.level : 0)} `);
  for (let i = 0; i < bytes.length; i += 1) target.setUint8(at + i, bytes[i]!);
  return at + bytes.length;
}

function putMessage(source: DataView, ranges: Int32Array, target: DataView, at: number): number {
  const from = ranges[MESSAGE]!;
  const to = ranges[MESSAGE + 1]!;
  if (from === to) {
    target.setUint8(at, DASH);
    return at + 1;
  }
  const copied = copyPlain(source, from, to, target, at, PLAIN_MIN_IN_MESSAGE, BACKSLASH);
  return putEscaped(source, from + copied, to, target, at + copied, PLAIN_MIN_IN_MESSAGE);
}

function putEscaped(
  source: DataView,
  from: number,
  to: number,
  target: DataView,
  at: number,
  plainMin: number,
): number {
  let position = from;
  let end = at;
  while (position < to) {
    const byte = source.getUint8(position);
    if (byte >= 0x80) {
      const length = characterLength(source, position, to);
      end = putCharacter(source, position, length, target, end);
      position += Math.abs(length);
    } else {
      end = putEscape(byte, target, end);
      position += 1;
    }
    const copied = copyPlain(source, position, to, target, end, plainMin, BACKSLASH);
    position += copied;
    end += copied;
  }
  return end;
}

/** `\n`, `\r`, `\t`, `\\`, else `\xNN`. */
function putEscape(byte: number, target: DataView, at: number): number {
  target.setUint8(at, BACKSLASH);
  const letter = SHORT_ESCAPES[byte]!;
  target.setUint8(at + 1, letter);
  if (letter !== LETTER_X) return at + 2;
  target.setUint8(at + 2, HEX[byte >>> 4]!);
  target.setUint8(at + 3, HEX[byte & 0xf]!);
  return at + 4;
}
