import { packMessage } from '../../src/protocols/log-frames/pack.ts';

/** A word of a message: its two halves, lowest first. */
export type Word = readonly [low: number, high: number];

export const NULL: Word = [0, 0];

/** The struct `dataWords` and `pointers` wide that begins `offset` words behind this pointer. */
export function structPointer(offset: number, dataWords: number, pointers: number): Word {
  return [(offset << 2) >>> 0, dataWords | (pointers << 16)];
}

/** The list of `count` bytes, or of other elements, that begins `offset` words behind this pointer. */
export function listPointer(offset: number, count: number, elements = 2): Word {
  return [((offset << 2) | 1) >>> 0, ((count << 3) | elements) >>> 0];
}

/** The landing pad in this word of a segment: one word, or two for a double-far pointer. */
export function farPointer(segment: number, word: number, isDouble = false): Word {
  return [((word << 3) | (isDouble ? 4 : 0) | 2) >>> 0, segment];
}

/** A text with its NUL, in whole words. */
export function textWords(text: string): Word[] {
  const bytes = Buffer.alloc((Math.floor(Buffer.byteLength(text) / 8) + 1) * 8);
  bytes.write(text);
  return Array.from({ length: bytes.length / 8 }, (_, i) => [
    bytes.readUInt32LE(8 * i),
    bytes.readUInt32LE(8 * i + 4),
  ]);
}

/** The packed message of these segments. */
export function packSegments(...segments: (readonly Word[])[]): Buffer {
  const table = [segments.length - 1, ...segments.map((words) => words.length)];
  if (table.length % 2 === 1) table.push(0);
  return packHalves([...table, ...segments.flat(2)]);
}

/** Packs 32-bit numbers, whatever they mean. */
export function packHalves(halves: readonly number[]): Buffer {
  const bytes = Buffer.alloc(halves.length * 4);
  for (const [i, half] of halves.entries()) bytes.writeUInt32LE(half, 4 * i);
  return packMessage(bytes);
}
