import type { TomlError } from 'smol-toml';
import type { Problem } from './problem.ts';

type Mistake = Omit<Problem, 'severity' | 'file'>;

/** A place in the text where the parser gave up. */
interface Place {
  readonly reason: string;
  /** The line up to the place, and from it on. */
  readonly before: string;
  readonly after: string;
}

/**
 * What the parser says is sometimes far from what the writer did. The first rule that fits gives the words;
 * `column` moves the place to where the mistake is.
 */
const RULES: readonly {
  readonly fits: (place: Place) => boolean;
  readonly code?: Mistake['code'];
  readonly message: string;
  readonly hint: string;
  readonly column?: (place: Place) => number;
}[] = [
  {
    fits: ({ reason }) => reason.startsWith('trying to redefine'),
    code: 'CFG0104',
    message: 'this key or section is given twice',
    hint: 'keep one of the two, or join them',
  },
  {
    fits: ({ reason }) => reason.includes('unsafe property'),
    code: 'CFG0112',
    message: 'this key has a name that is not allowed',
    hint: 'remove it',
  },
  {
    fits: ({ reason }) => reason.includes('excessively nested'),
    code: 'CFG0107',
    message: 'tables or lists are nested too deeply (at most 32)',
    hint: 'the configuration needs a depth of 3',
  },
  {
    fits: ({ before, after }) => /[“”„‘’]/.test(before + after),
    message: 'a typographic quotation mark cannot enclose text',
    hint: 'use the plain ones: "text"',
    column: ({ before, after }) => (before + after).search(/[“”„‘’]/) + 1,
  },
  {
    fits: ({ before, after }) => /^\s*(?:;|\/\/)/.test(before + after),
    message: 'this is not a comment in TOML',
    hint: 'a comment begins with "#"',
    column: ({ before, after }) => (before + after).search(/\S/) + 1,
  },
  {
    fits: ({ reason }) => /unfinished string|control characters/.test(reason),
    message: 'the text has no closing quotation mark',
    hint: 'close it with the same mark in the same line; text of several lines stands between """',
    column: ({ before, after }) =>
      /^["']/.test(after) ? before.length + 1 : Math.max(before.search(/["'][^"']*$/), 0) + 1,
  },
  {
    fits: ({ reason, before }) => /escape/.test(reason) && /["']/.test(before),
    message: 'a backslash in text between "" must begin a known escape',
    hint: "write the text between '' to keep backslashes as they are, or double them",
    column: ({ before }) => before.lastIndexOf('\\') + 1,
  },
  {
    fits: ({ before, after }) =>
      /^\s*\[{1,2}[^\]]*\]{0,2}\s*(?:#.*)?$/.test(before + after) && !/=/.test(before),
    message: 'the heading of a section is not complete',
    hint: 'a section looks like [network], one of several like [[listeners]]',
  },
  {
    fits: ({ reason, before, after }) => /key/.test(reason) && /^\s*["'\w.-]+\s*:/.test(before + after),
    message: 'a key and its value are joined by "=", not ":"',
    hint: 'write key = value',
  },
  {
    fits: ({ before, after }) => /^\s*=/.test(before + after),
    message: 'the key before "=" is missing',
    hint: 'write key = value',
    column: ({ before, after }) => (before + after).indexOf('=') + 1,
  },
  {
    fits: ({ reason, after }) => reason.includes('end-of-line') && /=/.test(after),
    message: 'something follows the value in the same line',
    hint: 'write one key in a line',
    column: ({ before, after }) => before.length + after.search(/\S/) + 1,
  },
  {
    fits: ({ before, after }) => /^\s*[\w.-]+\s*=\s*(?:#.*)?$/.test(before + after),
    message: 'the value is missing',
    hint: 'write a value after "=", or put "#" before the line to keep the default',
  },
  {
    fits: ({ reason }) => /expected comma or end of structure|unfinished table/.test(reason),
    message: 'a list or table is not closed, or a comma is missing in it',
    hint: 'separate entries by "," and close with "]" or "}"',
  },
  {
    fits: ({ before, after }) => /=\s*(?:yes|no|on|off|true|false|tru|fals)\b/i.test(before + after),
    message: 'this is not a value in TOML',
    hint: 'write true or false, in lower case and without quotes',
    column: valueColumn,
  },
  {
    fits: ({ before, after }) => /=\s*(?:null|nil|none|undefined)\b/i.test(before + after),
    message: 'TOML has no empty value',
    hint: 'put "#" before the line to keep the default',
    column: valueColumn,
  },
  {
    fits: ({ reason }) => /illegal leading zero/.test(reason),
    message: 'a number cannot begin with 0',
    hint: 'leave the zero out, or put the value in quotes if it is text',
  },
  {
    fits: ({ before, after }) => /=\s*\d+(?:\.\d+)?\s*[A-Za-z%]+\s*(?:#.*)?$/.test(before + after),
    message: 'a number has no unit here',
    hint: 'the unit is part of the name of the key; write the number alone',
    column: valueColumn,
  },
  {
    fits: ({ before, after }) => /=\s*[^\s"'[{#=]/.test(before + after) && !/=\s*["'[{]/.test(before + after),
    message: 'this is not a value in TOML',
    hint: 'put text in quotes: "text"',
    column: valueColumn,
  },
  {
    fits: ({ reason }) => reason.includes('end-of-line'),
    message: 'something follows the value in the same line',
    hint: 'write one key in a line',
  },
  {
    fits: ({ reason }) => /end of key|illegal (?:character|empty).*key|key-value/.test(reason),
    message: 'this is neither a key with a value nor a section',
    hint: 'write key = value, or [section]; a comment begins with "#"',
  },
];

/** Rules look at a whole line several times; one that is longer was not written by hand. */
const LINE_CHARACTERS_MAX = 2000;

export function explainTomlMistake(text: string, error: TomlError): Mistake {
  const reason = error.message.split('\n', 1)[0]!.replace(/^Invalid TOML document: /, '');
  const line = text.split(/\r?\n/)[error.line - 1] ?? '';
  const place: Place = {
    reason,
    before: line.slice(0, error.column - 1),
    after: line.slice(error.column - 1),
  };
  const rule = line.length > LINE_CHARACTERS_MAX ? undefined : RULES.find(({ fits }) => fits(place));
  const column = rule?.column?.(place) ?? error.column;
  return {
    code: rule?.code ?? 'CFG0101',
    message: rule?.message ?? `not valid TOML: ${reason}`,
    hint: rule?.hint ?? 'see https://toml.io for the form of a TOML file',
    line: error.line,
    column,
    length: wordLength(line, column),
  };
}

function valueColumn({ before, after }: Place): number {
  return ((before + after).match(/^[^=]*=\s*/)?.[0].length ?? 0) + 1;
}

/** How far the word at the column reaches. */
function wordLength(line: string, column: number): number {
  return line.slice(column - 1).match(/^[\w.“”-]+/)?.[0].length ?? 1;
}
