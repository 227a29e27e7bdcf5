import { formatKey, type KeyPath } from './key-path.ts';
import type { Finding } from './problem.ts';
import { describeKeys, findSchema, schema } from './schema.ts';
import { suggest } from './suggest.ts';
import { isTable } from './tree.ts';

const LISTED_KEYS_MAX = 16;

/** A key that the schema does not have, with what was probably meant. */
export function describeUnknownKey(path: KeyPath, value: unknown): Finding {
  const name = String(path.at(-1));
  const isSection = path.length === 1 && (isTable(value) || (Array.isArray(value) && value.some(isTable)));
  return {
    code: isSection ? 'CFG0103' : 'CFG0102',
    severity: 'error',
    path,
    at: 'key',
    message: `unknown ${isSection ? 'section' : 'key'} "${formatKey(path)}"`,
    hint: isSection ? sectionHint(name) : keyHint(path, name),
  };
}

/** The names that may stand beside a key. */
export function siblingNames(path: KeyPath): string[] {
  const parent = findSchema(path.slice(0, -1));
  return Object.keys(parent?.properties ?? {});
}

function sectionHint(name: string): string {
  const sections = Object.keys(schema.properties ?? {});
  const near = suggest(name, sections);
  return near ? `did you mean ${heading(near)}?` : `the sections are ${sections.map(heading).join(' ')}`;
}

function keyHint(path: KeyPath, name: string): string {
  const siblings = path.length === 1 ? [] : siblingNames(path);
  const near = suggest(name, siblings);
  if (near) return `did you mean "${near}"?`;
  const keys = describeKeys();
  const elsewhere = keys.find((key) => key.name === suggest(name, new Set(keys.map((other) => other.name))));
  if (elsewhere) return `it belongs in the section ${heading(elsewhere.section)}, as "${elsewhere.name}"`;
  if (path.length === 1) return 'every key belongs in a section such as [network]';
  return siblings.length <= LISTED_KEYS_MAX
    ? `the keys here are ${siblings.join(', ')}`
    : 'remove it, or see "server config explain"';
}

export function heading(section: string): string {
  return schema.properties?.[section]?.type === 'array' ? `[[${section}]]` : `[${section}]`;
}
