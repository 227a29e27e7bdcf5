import { isTable } from './tree.ts';

/** A value as TOML. JSON's escapes for text are all known to TOML. */
export function writeTomlValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeTomlValue).join(', ')}]`;
  if (isTable(value)) {
    const pairs = Object.entries(value).map(([key, child]) => `${key} = ${writeTomlValue(child)}`);
    return `{ ${pairs.join(', ')} }`;
  }
  return JSON.stringify(value).replaceAll('\u007f', '\\u007f');
}

/** Comment lines of at most the given width. */
export function writeComment(text: string, width = 100): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(/\s+/)) {
    if (line.length + 1 + word.length > width && line !== '#') {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
