/** `aa`, two characters, the tag, four characters, a time of six decimal numbers, its hundredths, the checksum. */
const LINE =
  /^aa[!-~]{2}([!-~]{12})[!-~]{4}(?:\+\d|\d\d){6}([0-9A-Fa-f]{2}|\+[0-9A-Fa-f])([0-9a-f]{2})(?:FS|LS)?$/;
const HUNDREDTHS_MAX = 0x63;
const SUM_FROM = 2;
const SUM_TO = 34;

/** The tag that a reader's line is about; null where the line is no reading of a tag. */
export function readTag(line: string): string | null {
  const word = /\S+/u.exec(line)?.[0] ?? '';
  const [, tagId, hundredths, checksum] = LINE.exec(word) ?? [];
  if (tagId === undefined || hundredths === undefined || checksum === undefined) return null;
  if (Number.parseInt(hundredths, 16) > HUNDREDTHS_MAX) return null;
  let sum = 0;
  for (let at = SUM_FROM; at < SUM_TO; at += 1) sum += word.charCodeAt(at);
  return (sum & 0xff) === Number.parseInt(checksum, 16) ? tagId : null;
}
