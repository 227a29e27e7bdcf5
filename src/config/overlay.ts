import { formatKey, type KeyPath } from './key-path.ts';
import type { Origin, Override } from './origin.ts';
import type { Problem } from './problem.ts';
import { readAt, type Tree, writeAt } from './tree.ts';

/** The file's tree with everything above it put in, and what came from where. */
export interface Overlay {
  readonly originOf: (path: KeyPath) => Origin;
  readonly problems: readonly Problem[];
}

/** Changes the tree in place; a later override wins over an earlier one. */
export function applyOverrides(
  tree: Tree,
  fileTree: Tree | undefined,
  overrides: readonly Override[],
): Overlay {
  const origins = new Map<string, Origin>();
  const problems: Problem[] = [];
  for (const { path, value, origin } of overrides) {
    if (writeAt(tree, path, value)) {
      origins.set(formatKey(path), origin);
    } else if (path.some((step) => typeof step === 'number')) {
      problems.push({
        code: 'CFG0111',
        severity: 'error',
        key: formatKey(path),
        file: origin.at,
        message: 'the list has no entry before this one',
        hint: 'entries are numbered from 0, without a gap',
      });
    }
  }
  const originOf = (path: KeyPath): Origin => {
    for (let depth = path.length; depth > 0; depth--) {
      const origin = origins.get(formatKey(path.slice(0, depth)));
      if (origin) return origin;
    }
    return { layer: readAt(fileTree, path) === undefined ? 'default' : 'file' };
  };
  return { originOf, problems };
}
