import { type LogRecord, levelNumber, TEXT_FIELDS } from '../log-record.ts';
import { packMessage } from './pack.ts';

const WORD_BYTES = 8;
const LENGTH_BYTES = 4;
/** The segment table of a message with one segment, and the pointer to the root struct. */
const HEAD_WORDS = 2;
const DATA_WORDS = 1;
const POINTERS = HEAD_WORDS + DATA_WORDS;
const TEXTS = POINTERS + TEXT_FIELDS.length;
/** A list pointer whose elements are bytes. */
const LIST = 1;
const BYTE_ELEMENTS = 2;

/**
 * The frame of a log message: its length, then the packed message as the reference implementation writes it.
 * A field that is absent gets no pointer, one that is empty gets a text of no characters.
 */
export function encodeLogMessage(record: LogRecord): Buffer {
  const packed = packMessage(buildMessage(record));
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + packed.length);
  frame.writeUInt32BE(packed.length);
  packed.copy(frame, LENGTH_BYTES);
  return frame;
}

/** One segment: the struct, then the texts in the order of their pointers. */
function buildMessage(record: LogRecord): Buffer {
  const texts = TEXT_FIELDS.map((field) => record[field]).map((text) =>
    text === undefined ? undefined : Buffer.from(text),
  );
  const textWords = texts.map((text) => (text === undefined ? 0 : Math.floor(text.length / WORD_BYTES) + 1));
  const words = textWords.reduce((sum, count) => sum + count, TEXTS);
  const message = Buffer.alloc(words * WORD_BYTES);
  message.writeUInt32LE(words - 1, 4);
  message.writeUInt16LE(DATA_WORDS, WORD_BYTES + 4);
  message.writeUInt16LE(TEXT_FIELDS.length, WORD_BYTES + 6);
  message.writeUInt16LE(levelNumber(record.level), HEAD_WORDS * WORD_BYTES);
  let word = TEXTS;
  texts.forEach((text, i) => {
    if (text === undefined) return;
    const pointer = POINTERS + i;
    message.writeUInt32LE(((word - pointer - 1) << 2) | LIST, pointer * WORD_BYTES);
    message.writeUInt32LE(((text.length + 1) << 3) | BYTE_ELEMENTS, pointer * WORD_BYTES + 4);
    text.copy(message, word * WORD_BYTES);
    word += textWords[i]!;
  });
  return message;
}
