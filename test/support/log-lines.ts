import { existsSync, readFileSync } from 'node:fs';

/** The lines of a log and its backups, oldest first. */
export function readLogLines(current: string): string[] {
  const paths = [current];
  for (let i = 0; existsSync(`${current}.${i}`); i += 1) paths.unshift(`${current}.${i}`);
  return paths
    .filter((path) => existsSync(path))
    .flatMap((path) => {
      const text = readFileSync(path, 'utf8');
      if (text !== '' && !text.endsWith('\n')) throw new Error(`${path} ends in the middle of a line`);
      return text.split('\n').slice(0, -1);
    });
}

/** The sequence numbers of plain or fixed lines. */
export function readSequences(current: string): number[] {
  return readLogLines(current).map((line) => Number(/^ *(\d+) /.exec(line)?.[1]));
}
