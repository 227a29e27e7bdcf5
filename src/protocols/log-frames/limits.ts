/** What a message may cost, whoever sent it. */
export interface DecoderLimits {
  readonly segmentsMax: number;
  /** Bytes of a message when unpacked, and of its texts together. */
  readonly unpackedBytesMax: number;
  /** The same as a multiple of the frame's bytes. */
  readonly amplificationMax: number;
  /** Up to this size the multiple does not matter: an empty message or a segment table is mostly zeros. */
  readonly unpackedBytesFree: number;
}

export const DECODER_LIMITS: DecoderLimits = {
  segmentsMax: 512,
  unpackedBytesMax: 8 * 1024 * 1024,
  amplificationMax: 8,
  unpackedBytesFree: 4096,
};
