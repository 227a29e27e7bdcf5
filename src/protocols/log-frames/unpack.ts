import type { MessageFault } from './fault.ts';

const WORD_BYTES = 8;
/** Enough for ordinary messages; larger ones let the memory grow to what the limits allow. */
const INITIAL_BYTES = 64 * 1024;
/** From this length on, a native copy is faster than a loop. */
const COPY_BYTES_MIN = 64;

/** The tag of most pointers: a short distance, a short text. */
const TWO_BYTES = 0x11;

/** The number of bytes that follow each tag. */
const BIT_COUNTS = Uint8Array.from({ length: 256 }, (_, tag) => {
  let count = 0;
  for (let bits = tag; bits > 0; bits >>>= 1) count += bits & 1;
  return count;
});

/**
 * Undoes Cap'n Proto's packed encoding into memory that is used again for the next message.
 *
 * A tag says which bytes of a word are not zero; they follow. A tag of none is followed by the number of
 * further zero words, a tag of all by the number of further words that stand as they are.
 */
export class Unpacker {
  bytes: Buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  view: DataView = viewOf(this.bytes);
  /** Bytes of the message unpacked last, a multiple of eight. */
  length = 0;
  #input: Uint8Array = this.bytes;
  #inputView: DataView = this.view;

  /** Unpacks all of `input` from `start` to `end`; more than `bytesMax` are refused. */
  unpack(input: Uint8Array, start: number, end: number, bytesMax: number): MessageFault | undefined {
    this.#reserve(bytesMax);
    const source = this.#viewInput(input);
    const target = this.view;
    let i = start;
    let o = 0;
    while (i < end) {
      if (o + WORD_BYTES > bytesMax) return 'amplification';
      const tag = input[i]!;
      i += 1;
      if (tag === TWO_BYTES && end - i >= 2) {
        target.setInt32(o, input[i]!, true);
        target.setInt32(o + 4, input[i + 1]!, true);
        i += 2;
        o += WORD_BYTES;
      } else if (tag === 0) {
        if (i >= end) return 'truncated';
        const last = o + input[i]! * WORD_BYTES;
        i += 1;
        if (last + WORD_BYTES > bytesMax) return 'amplification';
        for (; o <= last; o += WORD_BYTES) {
          target.setInt32(o, 0);
          target.setInt32(o + 4, 0);
        }
      } else if (tag === 0xff) {
        if (end - i < WORD_BYTES + 1) return 'truncated';
        target.setInt32(o, source.getInt32(i));
        target.setInt32(o + 4, source.getInt32(i + 4));
        const length = input[i + WORD_BYTES]! * WORD_BYTES;
        i += WORD_BYTES + 1;
        o += WORD_BYTES;
        if (length > end - i) return 'truncated';
        if (o + length > bytesMax) return 'amplification';
        copy(input, source, i, this.bytes, target, o, length);
        i += length;
        o += length;
      } else if (end - i >= WORD_BYTES) {
        const low = tag & 0xf;
        const high = tag >>> 4;
        target.setInt32(o, spread(low, source.getInt32(i, true)), true);
        i += BIT_COUNTS[low]!;
        target.setInt32(o + 4, spread(high, source.getInt32(i, true)), true);
        i += BIT_COUNTS[high]!;
        o += WORD_BYTES;
      } else {
        if (end - i < BIT_COUNTS[tag]!) return 'truncated';
        for (let bits = tag, n = 0; n < WORD_BYTES; n += 1, bits >>>= 1) {
          this.bytes[o + n] = (bits & 1) === 0 ? 0 : input[i++]!;
        }
        o += WORD_BYTES;
      }
    }
    this.length = o;
    return undefined;
  }

  #reserve(bytesMax: number): void {
    if (bytesMax <= this.bytes.length) return;
    this.bytes = Buffer.allocUnsafeSlow(bytesMax);
    this.view = viewOf(this.bytes);
  }

  /** A chunk holds many messages in a row. */
  #viewInput(input: Uint8Array): DataView {
    if (input !== this.#input) {
      this.#input = input;
      this.#inputView = viewOf(input);
    }
    return this.#inputView;
  }
}

/** Half a word: the bytes of `from`, lowest first, go to the places that `nibble` has a bit for. */
function spread(nibble: number, from: number): number {
  let bit = nibble & 1;
  let result = from & 0xff & -bit;
  let rest = from >>> (bit << 3);
  bit = (nibble >>> 1) & 1;
  result |= (rest & 0xff & -bit) << 8;
  rest >>>= bit << 3;
  bit = (nibble >>> 2) & 1;
  result |= (rest & 0xff & -bit) << 16;
  rest >>>= bit << 3;
  return result | ((rest & 0xff & -(nibble >>> 3)) << 24);
}

function copy(
  input: Uint8Array,
  source: DataView,
  from: number,
  output: Buffer,
  target: DataView,
  at: number,
  length: number,
): void {
  if (length >= COPY_BYTES_MIN) {
    output.set(input.subarray(from, from + length), at);
    return;
  }
  for (let n = 0; n < length; n += 4) target.setInt32(at + n, source.getInt32(from + n));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
