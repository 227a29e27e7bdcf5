const WORD_BYTES = 8;
/** A run's length is a byte. */
const RUN_WORDS_MAX = 255;
/** A plain word costs eight bytes, one with a tag eight and less one for each zero: two zeros are a gain. */
const PLAIN_ZEROS_MAX = 1;

/** Cap'n Proto's packed encoding of whole words, run for run as the reference implementation does it. */
export function packMessage(message: Buffer): Buffer {
  const wordCount = message.length / WORD_BYTES;
  // A tag a word, and two run lengths at the worst for each pair of words.
  const packed = Buffer.allocUnsafe(message.length + 2 * wordCount);
  let o = 0;
  let word = 0;
  while (word < wordCount) {
    const tagAt = o++;
    let tag = 0;
    for (let i = 0; i < WORD_BYTES; i += 1) {
      const byte = message[word * WORD_BYTES + i]!;
      if (byte === 0) continue;
      tag |= 1 << i;
      packed[o++] = byte;
    }
    packed[tagAt] = tag;
    word += 1;
    if (tag === 0) {
      const run = countWords(message, word, (zeros) => zeros === WORD_BYTES);
      packed[o++] = run;
      word += run;
    } else if (tag === 0xff) {
      const run = countWords(message, word, (zeros) => zeros <= PLAIN_ZEROS_MAX);
      packed[o++] = run;
      o += message.copy(packed, o, word * WORD_BYTES, (word + run) * WORD_BYTES);
      word += run;
    }
  }
  return packed.subarray(0, o);
}

/** How many words from `first` on belong to a run, judged by their zero bytes. */
function countWords(message: Buffer, first: number, belongs: (zeros: number) => boolean): number {
  const last = Math.min(message.length / WORD_BYTES, first + RUN_WORDS_MAX);
  let word = first;
  while (word < last && belongs(countZeros(message, word * WORD_BYTES))) word += 1;
  return word - first;
}

function countZeros(message: Buffer, at: number): number {
  let zeros = 0;
  for (let i = at; i < at + WORD_BYTES; i += 1) if (message[i] === 0) zeros += 1;
  return zeros;
}
