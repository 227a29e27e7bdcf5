/** U+FFFD, which stands for what is not UTF-8. */
const REPLACEMENT = [0xef, 0xbf, 0xbd] as const;

/**
 * The length of the character that begins at `from`, whose first byte is not ASCII. Where the bytes are not
 * UTF-8, the length of what one U+FFFD stands for, negative: the maximal part of a character, as the WHATWG
 * decoder cuts it.
 */
export function characterLength(source: DataView, from: number, to: number): number {
  const first = source.getUint8(from);
  if (first < 0xc2 || first > 0xf4) return -1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  // The second byte has a narrower range where the first alone would allow overlong forms, surrogates or
  // what lies beyond U+10FFFF.
  let low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  let high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < length; i += 1) {
    if (from + i >= to) return -i;
    const byte = source.getUint8(from + i);
    if (byte < low || byte > high) return -i;
    low = 0x80;
    high = 0xbf;
  }
  return length;
}

/** Copies the character of this `characterLength` to `target`, and returns the offset behind it there. */
export function putCharacter(
  source: DataView,
  from: number,
  length: number,
  target: DataView,
  at: number,
): number {
  let end = at;
  if (length > 0) {
    for (let i = 0; i < length; i += 1) target.setUint8(end++, source.getUint8(from + i));
  } else {
    for (const byte of REPLACEMENT) target.setUint8(end++, byte);
  }
  return end;
}

/** The number of characters in bytes that are UTF-8. */
export function countCharacters(bytes: DataView, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i += 1) {
    if ((bytes.getUint8(i) & 0xc0) !== 0x80) count += 1;
  }
  return count;
}
