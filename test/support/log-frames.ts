import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { formatPrefix, LogBatch, type LogFormat, numberLines } from '../../src/link/log-batch.ts';
import { createFrameDecoder } from '../../src/protocols/log-frames/decode.ts';
import type { MessageFault } from '../../src/protocols/log-frames/fault.ts';
import { LEVELS, type LogRecord, TEXT_FIELDS } from '../../src/protocols/log-record.ts';

const FIXTURES = new URL('../fixtures/log-frames/', import.meta.url);

export const SCHEMA = new URL('logger.capnp', FIXTURES);
export const FORMATS = ['fixed', 'plain', 'json'] as const;

/** A packed message from the reference implementation, and what it says. */
export interface Vector {
  readonly name: string;
  readonly packed: Buffer;
  readonly fields: LogRecord;
}

export function readVectors(): Vector[] {
  const index: { name: string; file: string; fields: LogRecord }[] = JSON.parse(
    readFileSync(new URL('index.json', FIXTURES), 'utf8'),
  );
  return index.map(({ name, file, fields }) => ({
    name,
    fields,
    packed: readFileSync(new URL(file, FIXTURES)),
  }));
}

/** A new batch whose first line gets the number 0. */
export function openBatch(format: LogFormat): LogBatch {
  return new LogBatch(format, formatPrefix(format, 0).length, 16, 1);
}

/** The text of a batch's lines, numbered from 0. */
export function readBatch(batch: LogBatch): string {
  return batch.count === 0 ? '' : numberLines(batch, 0).bytes.toString();
}

const decoder = createFrameDecoder();

/** The line of a packed message, or why there is none. */
export function decodeLine(packed: Buffer, format: LogFormat = 'json'): string | MessageFault {
  const batch = openBatch(format);
  // Not at the start of its buffer: offsets have to be taken as they are.
  const input = Buffer.concat([Buffer.from('head'), packed, Buffer.from('tail')]);
  return decoder.decode(input, 4, 4 + packed.length, batch) ?? readBatch(batch);
}

/** What the JSON line of a message says. */
export function decodeFields(packed: Buffer): Record<string, unknown> {
  return JSON.parse(decodeLine(packed));
}

/** What the JSON line of a record has to say. */
export function expectFields(record: LogRecord, sequence = 0): Record<string, unknown> {
  const { level = 0 } = record;
  const name = typeof level === 'number' ? (LEVELS[level] ?? String(level)) : level;
  const texts = TEXT_FIELDS.map((field) => [field, Buffer.from(record[field] ?? '').toString()]);
  return { sequence, ...Object.fromEntries(texts), level: name.toUpperCase() };
}

/** Texts with everything that is special somewhere. */
export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('\n', '\r', '\t', '\0', '\\', '"', ' ', 'x', '\x7f', 'ü', '🌍') }),
  fc.string({ unit: 'binary', minLength: 100, maxLength: 600 }),
);

export const anyRecord: fc.Arbitrary<LogRecord> = fc.record(
  {
    ...(Object.fromEntries(TEXT_FIELDS.map((field) => [field, anyText])) as Record<string, typeof anyText>),
    level: fc.oneof(fc.constantFrom(...LEVELS), fc.integer({ min: 0, max: 65535 })),
  },
  { requiredKeys: [] },
);
