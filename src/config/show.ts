import { formatKey } from './key-path.ts';
import { findSchema } from './schema.ts';
import type { Schema } from './schema-node.ts';
import { leaves, type Tree, writeAt } from './tree.ts';
import type { Config } from './types.generated.ts';

export const MASK = '***';

/** Every key with its value: `network.port`, `listeners[0].name`. Secrets are masked. */
export function flattenConfig(config: Config): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [path, value] of leaves(config)) {
    flat.set(formatKey(path), maskSecret(findSchema(path), value));
  }
  return flat;
}

/** A copy to be shown: plain tables and lists, secrets masked. */
export function showConfig(config: Config): Tree {
  const copy = structuredClone(config) as unknown as Tree;
  for (const [path, value] of [...leaves(copy)]) {
    writeAt(copy, path, maskSecret(findSchema(path), value));
  }
  return copy;
}

/** The value as it may be shown; that a secret is not set is none. */
export function maskSecret(node: Schema | undefined, value: unknown): unknown {
  return node?.['x-secret'] && value !== '' ? MASK : value;
}
