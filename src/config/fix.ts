import { type KeyPath, parsePointer } from './key-path.ts';
import { findPlace, locateKeys, type Place } from './locate.ts';
import { parseDocument } from './parse.ts';
import { suggest } from './suggest.ts';
import { readAt, type Tree } from './tree.ts';
import { siblingNames } from './unknown-key.ts';
import { validate } from './validate.generated.ts';

const BYTE_ORDER_MARK = '\ufeff';

export interface FixedKey {
  readonly line: number;
  readonly from: string;
  readonly to: string;
}

export interface FixedText {
  readonly text: string;
  readonly fixed: readonly FixedKey[];
}

/**
 * Corrects keys and sections that are misspelt and can mean only one thing. Only the names change; comments
 * and order stay. A section that is corrected shows what is wrong inside it, so it takes several rounds.
 */
export function fixConfig(text: string): FixedText {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  let current = text.slice(mark.length);
  const fixed: FixedKey[] = [];
  for (;;) {
    const next = fixOne(current);
    if (!next) return { text: mark + current, fixed: fixed.sort((a, b) => a.line - b.line) };
    current = next.text;
    fixed.push(next.fixed);
  }
}

function fixOne(text: string): { text: string; fixed: FixedKey } | undefined {
  const { tree } = parseDocument(Buffer.from(text), 'config.toml');
  if (!tree) return undefined;
  const places = locateKeys(text);
  for (const path of unknownKeys(tree)) {
    const from = String(path.at(-1));
    const to = suggest(from, siblingNames(path));
    const isTaken = to !== undefined && readAt(tree, [...path.slice(0, -1), to]) !== undefined;
    const place = findPlace(places, path, 'key');
    if (!to || isTaken || !place) continue;
    const replaced = replaceAt(text, place, from, to);
    if (!replaced) continue;
    // A section or dotted key can be written in several places: all or none are corrected.
    const whole = replaceEverywhere(replaced, path, from, to);
    if (whole) return { text: whole, fixed: { line: place.line, from, to } };
  }
  return undefined;
}

/** The same name in further headings and dotted keys, until it is gone. */
function replaceEverywhere(text: string, path: KeyPath, from: string, to: string): string | undefined {
  let current = text;
  for (;;) {
    const place = findPlace(locateKeys(current), path, 'key');
    const isStillThere = place && locateName(current, place) === from;
    if (!isStillThere) {
      return parseDocument(Buffer.from(current), 'config.toml').tree ? current : undefined;
    }
    const next = replaceAt(current, place, from, to);
    if (!next) return undefined;
    current = next;
  }
}

function unknownKeys(tree: Tree): KeyPath[] {
  if (validate(tree)) return [];
  return (validate.errors ?? [])
    .filter(({ keyword }) => keyword === 'additionalProperties')
    .map(({ instancePath, params }) => [...parsePointer(instancePath), String(params.additionalProperty)]);
}

function replaceAt(text: string, place: Place, from: string, to: string): string | undefined {
  if (locateName(text, place) !== from) return undefined;
  const start = offsetOf(text, place);
  return text.slice(0, start) + to + text.slice(start + place.length);
}

/** The name that is written at the place, without its quotes. */
function locateName(text: string, place: Place): string {
  const start = offsetOf(text, place);
  return text.slice(start, start + place.length).replace(/^(["'])(.*)\1$/, '$2');
}

function offsetOf(text: string, place: Place): number {
  let offset = 0;
  for (let line = 1; line < place.line; line++) offset = text.indexOf('\n', offset) + 1;
  return offset + place.column - 1;
}
