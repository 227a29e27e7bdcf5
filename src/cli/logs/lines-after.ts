import { decodeLine } from '../../observe/log-line.ts';

/** The lines that follow the one that was seen last, whether it is still among them or not. */
export function linesAfter(last: string | undefined, lines: readonly string[]): readonly string[] {
  if (last === undefined) return lines;
  const index = lines.lastIndexOf(last);
  if (index >= 0) return lines.slice(index + 1);
  const since = decodeLine(last)?.timestamp ?? '';
  return lines.filter((line) => (decodeLine(line)?.timestamp ?? since) >= since);
}
