import type { MessageFault } from './fault.ts';

const WORD_BYTES = 8;

/** The two low bits of a pointer. */
const STRUCT = 0;
const LIST = 1;
const FAR = 2;
const KIND_MASK = 3;
/** In a list pointer: the elements are bytes, as in every Text. */
const BYTE_ELEMENTS = 2;

/**
 * Finds the fields of a `LoggerMsg` in an unpacked message. Every offset is checked against its segment
 * before it is used.
 *
 * Segments and places in them are counted in words, as the pointers do; `#base` is where a segment's first
 * word stands in the message.
 */
export class MessageReader {
  /** The level's number in the message read last. */
  level = 0;
  readonly #segmentsMax: number;
  readonly #base: Float64Array;
  readonly #words: Float64Array;
  #segments = 0;
  #view: DataView = new DataView(new ArrayBuffer(0));
  // What `#resolve` found: the segment and first word of the object, and the pointer that describes it.
  #segment = 0;
  #target = 0;
  #low = 0;
  #high = 0;

  constructor(segmentsMax: number) {
    this.#segmentsMax = segmentsMax;
    this.#base = new Float64Array(segmentsMax);
    this.#words = new Float64Array(segmentsMax);
  }

  /** Fills `ranges` with the byte ranges of the texts, which are at most `textBytesMax` together. */
  read(view: DataView, length: number, ranges: Int32Array, textBytesMax: number): MessageFault | undefined {
    this.#view = view;
    const fault = this.#readSegmentTable(length) ?? this.#resolve(0, 0, STRUCT);
    if (fault !== undefined) return fault;
    if (this.#low === 0 && this.#high === 0) {
      this.level = 0;
      ranges.fill(0);
      return undefined;
    }
    const segment = this.#segment;
    const data = this.#target;
    const dataWords = this.#high & 0xffff;
    const pointers = data + dataWords;
    const pointerCount = this.#high >>> 16;
    if (pointers + pointerCount > this.#words[segment]!) return 'out_of_bounds';
    this.level = dataWords === 0 ? 0 : view.getUint16(this.#offset(segment, data), true);
    return this.#readTexts(segment, pointers, pointerCount, ranges, textBytesMax);
  }

  /** A count of segments less one, their sizes in words, padding to a full word. */
  #readSegmentTable(length: number): MessageFault | undefined {
    if (length < WORD_BYTES) return 'truncated';
    const view = this.#view;
    const count = view.getUint32(0, true) + 1;
    if (count > this.#segmentsMax) return 'segment_count';
    let base = (count >>> 1) + 1;
    if (base * WORD_BYTES > length) return 'truncated';
    for (let i = 0; i < count; i += 1) {
      const words = view.getUint32(4 + 4 * i, true);
      this.#base[i] = base;
      this.#words[i] = words;
      base += words;
    }
    this.#segments = count;
    const end = base * WORD_BYTES;
    if (end > length) return 'truncated';
    return end < length ? 'overlong' : undefined;
  }

  #readTexts(
    segment: number,
    pointers: number,
    pointerCount: number,
    ranges: Int32Array,
    textBytesMax: number,
  ): MessageFault | undefined {
    const view = this.#view;
    const base = this.#base[segment]!;
    let textBytes = 0;
    for (let i = 0; 2 * i < ranges.length; i += 1) {
      ranges[2 * i] = 0;
      ranges[2 * i + 1] = 0;
      if (i >= pointerCount) continue;
      const offset = (base + pointers + i) * WORD_BYTES;
      const low = view.getInt32(offset, true);
      let high = view.getInt32(offset + 4, true);
      if (low === 0 && high === 0) continue;
      let textSegment = segment;
      let target = pointers + i + 1 + (low >> 2);
      if ((low & KIND_MASK) !== LIST) {
        const fault = this.#resolve(segment, pointers + i, LIST);
        if (fault !== undefined) return fault;
        if (this.#low === 0 && this.#high === 0) continue;
        high = this.#high;
        textSegment = this.#segment;
        target = this.#target;
      }
      if ((high & 7) !== BYTE_ELEMENTS) return 'bad_pointer';
      const length = high >>> 3;
      if (target < 0 || target + ((length + 7) >>> 3) > this.#words[textSegment]!) return 'out_of_bounds';
      const start = this.#offset(textSegment, target);
      const end = start + length - 1;
      if (length === 0 || view.getUint8(end) !== 0) return 'text_not_terminated';
      textBytes += length;
      if (textBytes > textBytesMax) return 'amplification';
      ranges[2 * i] = start;
      ranges[2 * i + 1] = end;
    }
    return undefined;
  }

  /**
   * Follows the pointer in this word, over far pointers if need be, to an object of this kind. The object's
   * first word is in its segment or just behind; whether all of it is there, the caller checks.
   */
  #resolve(segment: number, word: number, kind: number): MessageFault | undefined {
    if (word >= this.#words[segment]!) return 'out_of_bounds';
    const offset = this.#offset(segment, word);
    const low = this.#view.getInt32(offset, true);
    const high = this.#view.getInt32(offset + 4, true);
    if ((low & KIND_MASK) === FAR) return this.#resolveFar(low, high, kind);
    return this.#locate(segment, word, low, high, kind);
  }

  /** The pointer in `word` is at hand as `low` and `high`, and is not a far one, or must not be. */
  #locate(segment: number, word: number, low: number, high: number, kind: number): MessageFault | undefined {
    this.#low = low;
    this.#high = high;
    if (low === 0 && high === 0) return undefined;
    if ((low & KIND_MASK) !== kind) return 'bad_pointer';
    const target = word + 1 + (low >> 2);
    if (target < 0 || target > this.#words[segment]!) return 'out_of_bounds';
    this.#segment = segment;
    this.#target = target;
    return undefined;
  }

  /** A far pointer leads to a landing pad: the pointer proper, or another far pointer and a tag. */
  #resolveFar(low: number, high: number, kind: number): MessageFault | undefined {
    const segment = high >>> 0;
    const pad = low >>> 3;
    const isDouble = (low & 4) !== 0;
    if (segment >= this.#segments || pad + (isDouble ? 2 : 1) > this.#words[segment]!) return 'out_of_bounds';
    const offset = this.#offset(segment, pad);
    const view = this.#view;
    const padLow = view.getInt32(offset, true);
    const padHigh = view.getInt32(offset + 4, true);
    if (!isDouble) return this.#locate(segment, pad, padLow, padHigh, kind);

    if ((padLow & (KIND_MASK | 4)) !== FAR) return 'bad_pointer';
    const targetSegment = padHigh >>> 0;
    const target = padLow >>> 3;
    if (targetSegment >= this.#segments || target > this.#words[targetSegment]!) return 'out_of_bounds';
    this.#low = view.getInt32(offset + 8, true);
    this.#high = view.getInt32(offset + 12, true);
    if ((this.#low & KIND_MASK) !== kind) return 'bad_pointer';
    this.#segment = targetSegment;
    this.#target = target;
    return undefined;
  }

  #offset(segment: number, word: number): number {
    return (this.#base[segment]! + word) * WORD_BYTES;
  }
}
