import { schema, sectionTable } from './schema.ts';
import type { Schema } from './schema-node.ts';
import { isTable, type Tree } from './tree.ts';
import type { Config } from './types.generated.ts';

/** A valid tree with every key that is not in it at its default. The order of keys is that of the schema. */
export function fillDefaults(tree: Tree): Config {
  const sections = Object.entries(schema.properties ?? {}).map(([name, node]) => {
    const given = tree[name];
    const table = sectionTable(node);
    if (node.type !== 'array') return [name, fillTable(table, isTable(given) ? given : {})];
    return [name, (Array.isArray(given) ? given : []).map((entry: Tree) => fillTable(table, entry))];
  });
  return Object.fromEntries(sections) as Config;
}

function fillTable(table: Schema, given: Tree): Tree {
  const keys = Object.entries(table.properties ?? {});
  return Object.fromEntries(keys.map(([key, node]) => [key, given[key] ?? structuredClone(node.default)]));
}
