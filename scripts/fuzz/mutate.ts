import { packMessage } from '../../src/protocols/log-frames/pack.ts';
import { Unpacker } from '../../src/protocols/log-frames/unpack.ts';
import type { Random } from './random.ts';

const INTERESTING = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 127, 128, 255, 256, 511, 512, 513, 65535, 65536, 0x1fffffff, 0x20000000,
  0x7ffffffe, 0x7fffffff, 0x80000000, 0xfffffffc, 0xfffffffe, 0xffffffff,
];
/** Where a message has its pointers: the root, and up to a few more than a struct of today. */
const POINTER_WORDS = 24;
const UNPACKED_BYTES_MAX = 1024 * 1024;

const unpacker = new Unpacker();

/** A message of the corpus with a few things wrong: in its words, in its packed bytes, or in both. */
export function mutateMessage(random: Random, corpus: readonly Buffer[]): Buffer {
  const packed = random.pick(corpus);
  const mode = random.below(10);
  if (mode === 0) return mutateBytes(random, packed);
  if (unpacker.unpack(packed, 0, packed.length, UNPACKED_BYTES_MAX) !== undefined)
    return mutateBytes(random, packed);
  let message: Buffer = Buffer.from(unpacker.bytes.subarray(0, unpacker.length));
  for (let i = random.below(4); i >= 0; i -= 1) message = random.pick(WORD_MUTATIONS)(random, message);
  const mutated = packMessage(message);
  return mode === 1 ? mutateBytes(random, mutated) : mutated;
}

type Mutation = (random: Random, message: Buffer) => Buffer;

const WORD_MUTATIONS: readonly Mutation[] = [
  flipBit,
  replaceHalf,
  replaceHalf,
  changePointer,
  changePointer,
  pointFar,
  pointFar,
  sharePointer,
  copyWords,
  cutWords,
  addWords,
  splitSegment,
];

function flipBit(random: Random, message: Buffer): Buffer {
  if (message.length > 0) message[random.below(message.length)]! ^= 1 << random.below(8);
  return message;
}

function replaceHalf(random: Random, message: Buffer): Buffer {
  const near = Math.min(message.length, 8 * POINTER_WORDS);
  if (near >= 4) message.writeUInt32LE(random.pick(INTERESTING), 4 * random.below(near >> 2));
  return message;
}

/** Moves what a pointer points to, or changes its kind or size by a little. */
function changePointer(random: Random, message: Buffer): Buffer {
  const at = pickPointer(random, message);
  if (at < 0) return message;
  const half = at + 4 * random.below(2);
  const unit = random.pick([1, 2, 3, 4, 8, 0x10000]);
  message.writeInt32LE((message.readInt32LE(half) + unit * (random.below(9) - 4)) | 0, half);
  return message;
}

function pointFar(random: Random, message: Buffer): Buffer {
  const at = pickPointer(random, message);
  if (at < 0) return message;
  message.writeUInt32LE(((random.below(40) << 3) | (random.below(2) << 2) | 2) >>> 0, at);
  message.writeUInt32LE(random.below(4), at + 4);
  return message;
}

/** Lets two pointers have the same value, so that they lead to overlapping places. */
function sharePointer(random: Random, message: Buffer): Buffer {
  const from = pickPointer(random, message);
  const to = pickPointer(random, message);
  if (from >= 0 && to >= 0) message.copy(message, to, from, from + 8);
  return message;
}

function copyWords(random: Random, message: Buffer): Buffer {
  if (message.length < 8) return message;
  const from = 8 * random.below(message.length >> 3);
  const to = 8 * random.below(message.length >> 3);
  message.copy(message, to, from, Math.min(message.length, from + 8 * random.below(20)));
  return message;
}

function cutWords(random: Random, message: Buffer): Buffer {
  return correctSize(random, message.subarray(0, 8 * random.below((message.length >> 3) + 1)));
}

function addWords(random: Random, message: Buffer): Buffer {
  const more = Buffer.alloc(8 * (1 + random.below(1200)), random.pick([0, 1, 0x41, 0xff]));
  return correctSize(random, Buffer.concat([message, more]));
}

/** Sets the size of the only segment right, mostly, so that mutations of its content get further. */
function correctSize(random: Random, message: Buffer): Buffer {
  if (message.length >= 8 && random.below(4) > 0) message.writeUInt32LE((message.length - 8) >> 3, 4);
  return message;
}

/** Cuts the only segment into two or three, so that far pointers have somewhere to go. */
function splitSegment(random: Random, message: Buffer): Buffer {
  if (message.length < 16 || message.readUInt32LE(0) !== 0) return message;
  const words = (message.length >> 3) - 1;
  const first = random.below(words + 1);
  const second = random.below(words - first + 1);
  const isThree = random.below(2) === 0;
  const sizes = isThree ? [first, second, words - first - second] : [first, words - first];
  // Both tables take two words.
  const table = Buffer.alloc(16);
  table.writeUInt32LE(sizes.length - 1, 0);
  sizes.forEach((size, i) => void table.writeUInt32LE(size, 4 + 4 * i));
  return Buffer.concat([table, message.subarray(8)]);
}

function pickPointer(random: Random, message: Buffer): number {
  const words = Math.min(message.length >> 3, POINTER_WORDS);
  return words === 0 ? -1 : 8 * random.below(words);
}

function mutateBytes(random: Random, packed: Buffer): Buffer {
  let bytes: Buffer = Buffer.from(packed);
  for (let i = random.below(3); i >= 0 && bytes.length > 0; i -= 1) {
    const at = random.below(bytes.length);
    switch (random.below(5)) {
      case 0:
        bytes[at] = random.below(256);
        break;
      case 1:
        bytes[at] = random.pick([0, 0xff, 0x7f, 0x80, 1]);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(8))]);
        break;
      case 3:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.alloc(1 + random.below(600), random.pick([0, 0xff])),
          bytes.subarray(at),
        ]);
        break;
      default:
        bytes = bytes.subarray(0, at);
    }
  }
  return bytes;
}
