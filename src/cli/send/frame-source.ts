import { encodeLogMessage } from '../../protocols/log-frames/encode.ts';
import type { LogRecord } from '../../protocols/log-record.ts';

/** What stands for the running number in the text of a message. */
export const NUMBER_MARK = '{n}';

const ZERO = 0x30;

/** A frame in which only the digits of the number have to be set. */
interface Template {
  readonly frame: Buffer;
  /** Where the digits are, number after number where it occurs more than once. */
  readonly digitOffsets: readonly number[];
}

/**
 * Makes the frames of messages that differ in their running number only: one frame is encoded for each
 * call, the others are copies of it with other digits.
 */
export class FrameSource {
  readonly #record: LogRecord;
  readonly #text: string;

  /** The number replaces every `{n}` in the text. */
  constructor(record: LogRecord, text: string) {
    this.#record = record;
    this.#text = text;
  }

  /** Bytes of the frame of this message. */
  frameBytes(number: number): number {
    return this.#createTemplate(String(number).length).frame.length;
  }

  /** The frames of `count` messages from number `first` on, all with the time of now. */
  encodeFrames(first: number, count: number): Buffer {
    const parts: Buffer[] = [];
    const end = first + count;
    for (let number = first; number < end; ) {
      const width = String(number).length;
      const next = Math.min(end, 10 ** width);
      parts.push(fillTemplate(this.#createTemplate(width), number, next - number, width));
      number = next;
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }

  /** Two frames with other digits differ exactly where the digits are: none of them is a zero byte. */
  #createTemplate(width: number): Template {
    const timestamp = new Date().toISOString();
    const [frame, other] = ['1', '2'].map((digit) => {
      const message = this.#text.replaceAll(NUMBER_MARK, digit.repeat(width));
      return encodeLogMessage({ ...this.#record, timestamp, message });
    }) as [Buffer, Buffer];
    const digitOffsets: number[] = [];
    for (let i = 0; i < frame.length; i += 1) if (frame[i] !== other[i]) digitOffsets.push(i);
    return { frame, digitOffsets };
  }
}

/** Numbers of the same width, counted upwards in ASCII. */
function fillTemplate(
  { frame, digitOffsets }: Template,
  first: number,
  count: number,
  width: number,
): Buffer {
  const frames = Buffer.allocUnsafe(count * frame.length);
  const digits = Buffer.from(String(first));
  for (let at = 0; at < frames.length; at += frame.length) {
    frame.copy(frames, at);
    for (let i = 0; i < digitOffsets.length; i += 1) {
      frames[at + (digitOffsets[i] as number)] = digits[i % width] as number;
    }
    let last = width - 1;
    while (last >= 0 && digits[last] === ZERO + 9) {
      digits[last] = ZERO;
      last -= 1;
    }
    if (last >= 0) digits[last] = (digits[last] as number) + 1;
  }
  return frames;
}
