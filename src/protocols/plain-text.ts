/**
 * Copies text for as long as it is plain ASCII, and returns the number of bytes copied. What is below
 * `plainMin`, the two `excluded` characters, DEL and everything beyond ASCII is not plain.
 */
export function copyPlain(
  source: DataView,
  from: number,
  to: number,
  target: DataView,
  at: number,
  plainMin: number,
  excluded: number,
  excludedToo = excluded,
): number {
  const distance = at - from;
  // Four bytes at a time: each term sets the top bit of a byte that is not plain, or of one above such a byte.
  const fourMin = plainMin * 0x01010101;
  const fourExcluded = excluded * 0x01010101;
  const fourExcludedToo = excludedToo * 0x01010101;
  let i = from;
  for (; i + 4 <= to; i += 4) {
    const four = source.getInt32(i, true);
    const marks =
      four |
      (four - fourMin) |
      (four + 0x01010101) |
      ((four ^ fourExcluded) - 0x01010101) |
      ((four ^ fourExcludedToo) - 0x01010101);
    if ((marks & 0x80808080) !== 0) break;
    target.setInt32(i + distance, four, true);
  }
  for (; i < to; i += 1) {
    const byte = source.getUint8(i);
    if (byte < plainMin || byte >= 0x7f || byte === excluded || byte === excludedToo) break;
    target.setUint8(i + distance, byte);
  }
  return i - from;
}
