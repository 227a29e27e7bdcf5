import { escapeControls } from './escape-controls.ts';
import type { Problem } from './problem.ts';
import { describeKeys } from './schema.ts';
import { suggest } from './suggest.ts';

const LINE_CHARACTERS_MAX = 110;
/** What is kept in front of the place when a long line is cut. */
const LEAD_CHARACTERS = 40;

export interface Excerpt {
  readonly number: string;
  readonly line: string;
  readonly marker: string;
}

/** The source line and a mark under the place; undefined where there is none, or where it may hold a secret. */
export function excerpt(problem: Problem, source: string | undefined): Excerpt | undefined {
  const { line: number, column = 1, length = 1 } = problem;
  if (source === undefined || number === undefined) return undefined;
  const lines = source.split(/\r?\n/);
  const text = lines[number - 1];
  if (text === undefined || text.trim() === '' || isNearSecret(lines, number - 1)) return undefined;
  const start = text.length > LINE_CHARACTERS_MAX ? Math.max(0, column - 1 - LEAD_CHARACTERS) : 0;
  const end = start + LINE_CHARACTERS_MAX;
  const lead = escapeTabs(`${start > 0 ? '…' : ''}${text.slice(start, column - 1)}`);
  const marked = escapeTabs(text.slice(Math.max(column - 1, start), Math.min(column - 1 + length, end)));
  const rest = escapeTabs(`${text.slice(column - 1 + length, end)}${end < text.length ? '…' : ''}`);
  return {
    number: String(number),
    line: lead + marked + rest,
    marker: ' '.repeat(lead.length) + '^'.repeat(Math.max(marked.length, 1)),
  };
}

/**
 * Whether the line, a neighbour, or the key that a text of several lines began with is or could be meant
 * as a secret. A misspelt one counts, and so does an address with a password in it.
 */
function isNearSecret(lines: readonly string[], index: number): boolean {
  let first = index;
  while (first > 0 && !/=/.test(lines[first]!)) first -= 1;
  const near = [lines[first], ...lines.slice(Math.max(0, index - 1), index + 2)];
  return near.some((line) => line !== undefined && holdsSecret(line));
}

function holdsSecret(line: string): boolean {
  if (/token|secret|passw|credential|:\/\/[^/\s]*@/i.test(line)) return true;
  return (line.match(/[\w-]+/g) ?? []).some((word) => suggest(word, secretNames) !== undefined);
}

const secretNames = describeKeys()
  .filter((key) => key.isSecret)
  .map((key) => key.name);

function escapeTabs(text: string): string {
  return escapeControls(text.replaceAll('\t', '  '));
}
