import { formatKey } from './key-path.ts';
import { findSchema } from './schema.ts';
import { leaves, type Tree, writeAt } from './tree.ts';
import type { Config } from './types.generated.ts';

export const MASK = '***';

/** Every key with its value: `network.port`, `listeners[0].name`. Secrets are masked. */
export function flattenConfig(config: Config): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [path, value] of leaves(config)) {
    const isHidden = findSchema(path)?.['x-secret'] && value !== '';
    flat.set(formatKey(path), isHidden ? MASK : value);
  }
  return flat;
}

/** A copy to be shown: plain tables and lists, secrets masked. */
export function showConfig(config: Config): Tree {
  const copy = structuredClone(config) as unknown as Tree;
  for (const [path, value] of [...leaves(copy)]) {
    if (findSchema(path)?.['x-secret'] && value !== '') writeAt(copy, path, MASK);
  }
  return copy;
}
