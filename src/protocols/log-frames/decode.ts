import type { LogBatch } from '../../link/log-batch.ts';
import { createTextRanges, writeLine } from '../log-line.ts';
import type { MessageFault } from './fault.ts';
import { DECODER_LIMITS, type DecoderLimits } from './limits.ts';
import { MessageReader } from './message-reader.ts';
import { Unpacker } from './unpack.ts';

export interface FrameDecoder {
  /**
   * Adds the message in `input` from `start` to `end`, without the frame's length, to the batch as one line,
   * or says why not and leaves the batch as it was. Never throws, whatever the bytes are.
   */
  decode(input: Buffer, start: number, end: number, batch: LogBatch): MessageFault | undefined;
  /** Bytes of memory that the decoder keeps from one message to the next. */
  readonly scratchBytes: number;
}

/** One decoder serves any number of connections, since it is done with a message when `decode` returns. */
export function createFrameDecoder(limits: DecoderLimits = DECODER_LIMITS): FrameDecoder {
  const unpacker = new Unpacker();
  const reader = new MessageReader(limits.segmentsMax);
  const ranges = createTextRanges();
  return {
    decode(input, start, end, batch) {
      const bytesMax = Math.min(
        limits.unpackedBytesMax,
        Math.max(limits.unpackedBytesFree, (end - start) * limits.amplificationMax),
      );
      const fault =
        unpacker.unpack(input, start, end, bytesMax) ??
        reader.read(unpacker.view, unpacker.length, ranges, bytesMax);
      if (fault === undefined) writeLine(batch, unpacker.view, ranges, reader.level);
      return fault;
    },
    get scratchBytes() {
      return unpacker.bytes.length;
    },
  };
}
