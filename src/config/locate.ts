import { type AST, parseTOML } from 'toml-eslint-parser';
import { formatKey, type KeyPath } from './key-path.ts';

/** Line and column from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export interface KeyPlaces {
  readonly key: Place;
  readonly value?: Place;
}

/**
 * Where every key and value of the text is. It costs as much as parsing again and more, so it is imported
 * only when a place has to be told. Empty for text that is not TOML.
 */
export function locateKeys(text: string): ReadonlyMap<string, KeyPlaces> {
  const places = new Map<string, KeyPlaces>();
  const program = parseOrNothing(text);
  for (const node of program?.body[0].body ?? []) {
    if (node.type === 'TOMLTable') {
      addKeys(places, node.key, resolveSegments(node), undefined);
      for (const pair of node.body) addPair(places, pair, node.resolvedKey);
    } else {
      addPair(places, node, []);
    }
  }
  return places;
}

/** The place of a key or of its value, else that of the nearest table around it that has one. */
export function findPlace(
  places: ReadonlyMap<string, KeyPlaces>,
  path: KeyPath,
  at: 'key' | 'value',
): Place | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const found = places.get(formatKey(path.slice(0, depth)));
    if (found) return at === 'value' && depth === path.length ? (found.value ?? found.key) : found.key;
  }
  return undefined;
}

function parseOrNothing(text: string): AST.TOMLProgram | undefined {
  // It refuses days like 30 February, which the other parser takes; any day is as long as another.
  for (const variant of [text, text.replace(/\d{4}-\d\d-\d\d/g, '2000-01-01')]) {
    try {
      return parseTOML(variant, { tomlVersion: '1.1' });
    } catch {
      // Without places the problems are still told.
    }
  }
  return undefined;
}

function addPair(places: Map<string, KeyPlaces>, pair: AST.TOMLKeyValue, base: KeyPath): void {
  const names = pair.key.keys.map(nameOf);
  const segments = names.map((_, index) => [...base, ...names.slice(0, index + 1)]);
  addKeys(places, pair.key, segments, pair.value);
  addContent(places, pair.value, [...base, ...names]);
}

function addContent(places: Map<string, KeyPlaces>, content: AST.TOMLContentNode, path: KeyPath): void {
  if (content.type === 'TOMLInlineTable') {
    for (const pair of content.body) addPair(places, pair, path);
  } else if (content.type === 'TOMLArray') {
    for (const [index, element] of content.elements.entries()) {
      const place = placeOf(element);
      addOnce(places, [...path, index], { key: place, value: place });
      addContent(places, element, [...path, index]);
    }
  }
}

/** The tables on the way get the place of their own part of the key, the last one that of its value too. */
function addKeys(
  places: Map<string, KeyPlaces>,
  key: AST.TOMLKey,
  segments: readonly KeyPath[],
  value: AST.TOMLContentNode | undefined,
): void {
  for (const [index, path] of segments.entries()) {
    const place = placeOf(key.keys[index]!);
    const isLast = index === segments.length - 1;
    addOnce(places, path, { key: place, value: isLast && value ? placeOf(value) : place });
    if (typeof path.at(-1) === 'number') addOnce(places, path.slice(0, -1), { key: place, value: place });
  }
}

/** `[[a]]` and `[a.b]` behind it resolve to `a[0]` and `a[0].b`: one path for each written name. */
function resolveSegments(table: AST.TOMLTable): KeyPath[] {
  const segments: KeyPath[] = [];
  let depth = 0;
  for (const _ of table.key.keys) {
    depth += 1;
    if (typeof table.resolvedKey[depth] === 'number') depth += 1;
    segments.push(table.resolvedKey.slice(0, depth));
  }
  return segments;
}

function addOnce(places: Map<string, KeyPlaces>, path: KeyPath, place: KeyPlaces): void {
  const key = formatKey(path);
  if (!places.has(key)) places.set(key, place);
}

function nameOf(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === 'TOMLBare' ? key.name : key.value;
}

function placeOf({ loc: { start, end }, range }: { loc: AST.SourceLocation; range: AST.Range }): Place {
  const length = start.line === end.line ? end.column - start.column : range[1] - range[0];
  return { line: start.line, column: start.column + 1, length: Math.max(length, 1) };
}
