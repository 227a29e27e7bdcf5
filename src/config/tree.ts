import type { KeyPath } from './key-path.ts';

/** Tables, lists and values as they were given, before they are known to be valid. */
export type Tree = { [key: string]: unknown };

export function isTable(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readAt(tree: unknown, path: KeyPath): unknown {
  let value = tree;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Tree)[step];
  }
  return value;
}

/**
 * Puts a value in the tree and makes the tables and lists on the way. False where something on the way is
 * not a table, or where a list would get a gap.
 */
export function writeAt(tree: Tree, path: KeyPath, value: unknown): boolean {
  let parent: Tree = tree;
  for (const [depth, step] of path.entries()) {
    if (Array.isArray(parent) ? typeof step !== 'number' || step > parent.length : typeof step === 'number') {
      return false;
    }
    if (depth === path.length - 1) {
      parent[step] = value;
      return true;
    }
    const child = Object.hasOwn(parent, step) ? parent[step] : undefined;
    if (child === undefined) parent[step] = typeof path[depth + 1] === 'number' ? [] : {};
    else if (typeof child !== 'object' || child === null) return false;
    parent = parent[step] as Tree;
  }
  return false;
}

export function removeAt(tree: Tree, path: KeyPath): void {
  const parent = readAt(tree, path.slice(0, -1));
  const last = path.at(-1);
  if (isTable(parent) && last !== undefined) delete parent[last];
}

/** Every value that is not a table or a list of tables, with its path. */
export function* leaves(value: unknown, path: KeyPath = []): Generator<[KeyPath, unknown]> {
  if (isTable(value)) {
    for (const [key, child] of Object.entries(value)) yield* leaves(child, [...path, key]);
  } else if (Array.isArray(value) && value.some(isTable)) {
    for (const [index, child] of value.entries()) yield* leaves(child, [...path, index]);
  } else {
    yield [path, value];
  }
}

export function freezeDeep<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) freezeDeep(child);
    Object.freeze(value);
  }
  return value;
}
