import type { LengthFault } from './fault.ts';

const LENGTH_BYTES = 4;
/** A larger buffer for a frame in parts is given back when the frame is complete. */
const KEPT_BYTES_MAX = 16 * 1024;
const FIRST_BYTES = 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Finds the frames in the chunks of one connection: `push` a chunk, then call `next` until it says no.
 *
 * Frames that lie whole in a chunk are not copied. The beginning of one that goes on in the next chunk is put
 * by, in memory that grows with the bytes that have arrived, whatever length was announced.
 */
export class FrameSplitter {
  /** Longer frames are a fault. */
  bytesMax: number;
  /** Where the frame found last is, without its length: from `start` to `end` in `bytes`. */
  bytes: Buffer = NOTHING;
  start = 0;
  end = 0;
  /** Set for good when a length cannot be right. */
  fault: LengthFault | undefined;
  /** The length that the frame read last announced. */
  announcedBytes = 0;
  #chunk: Buffer = NOTHING;
  #position = 0;
  #parts: Buffer = NOTHING;
  #partBytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** Bytes of a frame that is not complete, the length's own included. */
  get partialBytes(): number {
    return this.#partBytes;
  }

  /** Whether `next` has said no to the last chunk. */
  get isDone(): boolean {
    return this.#position === this.#chunk.length;
  }

  /** Takes the next chunk, which must not change until `next` has said no. */
  push(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#position = 0;
    if (this.#partBytes === 0 && this.#parts.length > KEPT_BYTES_MAX) this.#parts = NOTHING;
  }

  /** Whether there is another complete frame. */
  next(): boolean {
    if (this.fault !== undefined) return false;
    if (this.#partBytes > 0) return this.#completeParts();
    const chunk = this.#chunk;
    const start = this.#position + LENGTH_BYTES;
    if (start <= chunk.length) {
      const length = chunk.readUInt32BE(this.#position);
      if (!this.#isAcceptable(length)) return false;
      if (start + length <= chunk.length) {
        this.bytes = chunk;
        this.start = start;
        this.end = start + length;
        this.#position = this.end;
        return true;
      }
    }
    this.#putBy(chunk.length - this.#position);
    return false;
  }

  #completeParts(): boolean {
    if (!this.#fillParts(LENGTH_BYTES)) return false;
    const length = this.#parts.readUInt32BE(0);
    if (!this.#isAcceptable(length) || !this.#fillParts(LENGTH_BYTES + length)) return false;
    this.bytes = this.#parts;
    this.start = LENGTH_BYTES;
    this.end = LENGTH_BYTES + length;
    this.#partBytes = 0;
    return true;
  }

  /** Whether there are as many bytes in the parts, after taking what the chunk has of them. */
  #fillParts(size: number): boolean {
    const missing = size - this.#partBytes;
    if (missing > 0) this.#putBy(Math.min(missing, this.#chunk.length - this.#position));
    return this.#partBytes >= size;
  }

  #putBy(size: number): void {
    const needed = this.#partBytes + size;
    if (needed > this.#parts.length) {
      const doubled = Math.max(FIRST_BYTES, 2 * this.#parts.length);
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(doubled, LENGTH_BYTES + this.bytesMax)));
      this.#parts.copy(grown, 0, 0, this.#partBytes);
      this.#parts = grown;
    }
    this.#chunk.copy(this.#parts, this.#partBytes, this.#position, this.#position + size);
    this.#partBytes = needed;
    this.#position += size;
  }

  #isAcceptable(length: number): boolean {
    this.announcedBytes = length;
    if (length === 0) this.fault = 'length_zero';
    else if (length > this.bytesMax) this.fault = 'length_too_large';
    return this.fault === undefined;
  }
}
