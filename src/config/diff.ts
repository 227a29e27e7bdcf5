import { isDeepStrictEqual } from 'node:util';
import type { KeyPath } from './key-path.ts';
import { schema, sectionTable } from './schema.ts';
import type { ReloadClass, Schema } from './schema-node.ts';
import { maskSecret } from './show.ts';
import { isTable, readAt, type Tree } from './tree.ts';
import type { Config } from './types.generated.ts';

/** A key whose value differs between two configurations. Secrets are masked on both sides. */
export interface Change {
  /** `network.port`, `listeners.logs.port`. */
  readonly key: string;
  /** Null where there was none. */
  readonly from: unknown;
  readonly to: unknown;
  /** How it is applied, or for `restart` what it still needs. */
  readonly how: ReloadClass;
}

/**
 * What differs, in the order of the schema. The entries of a list of tables are compared by their names: one that
 * is only here or there is one change, and their order is none.
 */
export function diffConfigs(from: Config, to: Config): Change[] {
  return Object.entries(schema.properties ?? {}).flatMap(([section, node]) => {
    const [before, after] = [readAt(from, [section]), readAt(to, [section])];
    if (node.type !== 'array') return diffTables([section], node, before as Tree, after as Tree);
    return diffEntries(section, node, before as Tree[], after as Tree[]);
  });
}

function diffEntries(section: string, node: Schema, from: readonly Tree[], to: readonly Tree[]): Change[] {
  const before = new Map(from.map((entry) => [entry.name as string, entry]));
  const after = new Map(to.map((entry) => [entry.name as string, entry]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name): Change[] => {
    const [one, other] = [before.get(name), after.get(name)];
    if (one && other) return diffTables([section, name], sectionTable(node), one, other);
    const [was, is] = [one ?? null, other ?? null].map((entry) => mask(sectionTable(node), entry));
    return [{ key: `${section}.${name}`, from: was, to: is, how: reloadClass(node) }];
  });
}

function diffTables(path: KeyPath, node: Schema, from: Tree, to: Tree): Change[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]): Change[] => {
    if (isDeepStrictEqual(from[name], to[name])) return [];
    const [was, is] = [from[name], to[name]].map((value) => mask(child, value));
    return [{ key: [...path, name].join('.'), from: was, to: is, how: reloadClass(child) }];
  });
}

function mask(node: Schema, value: unknown): unknown {
  if (!isTable(value)) return maskSecret(node, value);
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, mask(node.properties?.[name] ?? {}, child)]),
  );
}

function reloadClass(node: Schema): ReloadClass {
  return node['x-reload'] ?? 'restart';
}
