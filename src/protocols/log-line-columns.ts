import { LEVELS, TEXT_FIELDS, type TextField } from './log-record.ts';
import { characterLength, countCharacters, putCharacter } from './utf8.ts';

/** Bytes that one byte of text may become: `\xNN`. */
export const COLUMNS_EXPANSION_MAX = 4;
/** Everything else in a line: the padding of all columns, the level, the newline. */
export const COLUMNS_BYTES_MAX = 256;

/** Characters of the columns in the `fixed` format; a longer value is kept whole. */
const WIDTHS = {
  timestamp: 24,
  hostname: 16,
  loggerName: 20,
  level: 8,
  filename: 24,
  functionName: 24,
  lineNumber: 6,
} as const;

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const DASH = 0x2d;
const BACKSLASH = 0x5c;
const HEX = Buffer.from('0123456789abcdef');

/** What is not copied as it is: control characters, the backslash, bytes beyond ASCII. */
const IS_SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < SPACE || byte >= 0x7f || byte === BACKSLASH ? 1 : 0,
);
/** The same in columns that end at a space. */
const IS_SPECIAL_IN_COLUMN = IS_SPECIAL.with(SPACE, 1);

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
  source: Uint8Array,
  ranges: Int32Array,
  level: number,
  target: Uint8Array,
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
  at = putLineNumber(source, ranges, target, at, isFixed ? WIDTHS.lineNumber : 0);
  at = putMessage(source, ranges, target, at);
  target[at] = NEWLINE;
  return at + 1;
}

/** Left-aligned and followed by a space. Padding counts characters, so that columns line up. */
function putColumn(
  source: Uint8Array,
  ranges: Int32Array,
  field: number,
  target: Uint8Array,
  at: number,
  width: number,
): number {
  const to = ranges[field + 1]!;
  let from = ranges[field]!;
  let end = at;
  let padded = at + width;
  if (from === to) target[end++] = DASH;
  for (; from < to; from += 1) {
    const byte = source[from]!;
    if (IS_SPECIAL_IN_COLUMN[byte] !== 0) {
      end = putEscaped(source, from, to, target, end, IS_SPECIAL_IN_COLUMN);
      padded = end + width - countCharacters(target, at, end);
      break;
    }
    target[end++] = byte;
  }
  while (end < padded) target[end++] = SPACE;
  target[end] = SPACE;
  return end + 1;
}

/** Right-aligned and followed by a space. */
function putLineNumber(
  source: Uint8Array,
  ranges: Int32Array,
  target: Uint8Array,
  at: number,
  width: number,
): number {
  const end = putColumn(source, ranges, LINE_NUMBER, target, at, 0) - 1;
  const padding = width - countCharacters(target, at, end);
  target[end] = SPACE;
  if (padding <= 0) return end + 1;
  for (let i = end - 1; i >= at; i -= 1) target[i + padding] = target[i]!;
  for (let i = at; i < at + padding; i += 1) target[i] = SPACE;
  target[end + padding] = SPACE;
  return end + padding + 1;
}

function putLevel(level: number, target: Uint8Array, at: number, isFixed: boolean): number {
  const known = (isFixed ? FIXED_LEVELS : PLAIN_LEVELS)[level];
  const bytes = known ?? Buffer.from(`${String(level).padEnd(isFixed ? WIDTHS.level : 0)} `);
  for (let i = 0; i < bytes.length; i += 1) target[at + i] = bytes[i]!;
  return at + bytes.length;
}

function putMessage(source: Uint8Array, ranges: Int32Array, target: Uint8Array, at: number): number {
  const to = ranges[MESSAGE + 1]!;
  let from = ranges[MESSAGE]!;
  let end = at;
  if (from === to) target[end++] = DASH;
  for (; from < to; from += 1) {
    const byte = source[from]!;
    if (IS_SPECIAL[byte] !== 0) return putEscaped(source, from, to, target, end, IS_SPECIAL);
    target[end++] = byte;
  }
  return end;
}

function putEscaped(
  source: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  at: number,
  isSpecial: Uint8Array,
): number {
  let end = at;
  let position = from;
  while (position < to) {
    const byte = source[position]!;
    if (isSpecial[byte] === 0) {
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

/** `\n`, `\r`, `\t`, `\\`, else `\xNN`. */
function putEscape(byte: number, target: Uint8Array, at: number): number {
  target[at] = BACKSLASH;
  if (byte === NEWLINE) target[at + 1] = 0x6e;
  else if (byte === RETURN) target[at + 1] = 0x72;
  else if (byte === TAB) target[at + 1] = 0x74;
  else if (byte === BACKSLASH) target[at + 1] = BACKSLASH;
  else {
    target[at + 1] = 0x78;
    target[at + 2] = HEX[byte >>> 4]!;
    target[at + 3] = HEX[byte & 0xf]!;
    return at + 4;
  }
  return at + 2;
}
