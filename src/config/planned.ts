import { isDeepStrictEqual } from 'node:util';
import type { KeyPath } from './key-path.ts';
import type { Finding } from './problem.ts';
import { findSchema } from './schema.ts';
import { isTable, leaves, type Tree } from './tree.ts';

/** Keys and values of features that do not exist yet. None is silently ignored. */
export function findPlanned(tree: Tree): Finding[] {
  const findings = new Map<string, Finding>();
  for (const [path, value] of leaves(tree)) {
    const finding = plannedKey(tree, path) ?? plannedValue(path, value);
    if (finding) findings.set(JSON.stringify(finding.path), finding);
  }
  return [...findings.values()];
}

function plannedKey(tree: Tree, leaf: KeyPath): Finding | undefined {
  let value: unknown = tree;
  for (const [index, step] of leaf.entries()) {
    value = isTable(value) || Array.isArray(value) ? (value as Tree)[step] : undefined;
    const path = leaf.slice(0, index + 1);
    const schema = findSchema(path);
    if (!schema?.['x-planned'] || isDeepStrictEqual(value, schema.default)) continue;
    const isUnset = schema.default === '' || schema.default === undefined;
    return {
      code: 'CFG0301',
      severity: 'error',
      path,
      at: 'value',
      message: 'not available in this version',
      hint: isUnset
        ? 'remove this line'
        : `remove this line, or leave it at ${JSON.stringify(schema.default)}`,
    };
  }
  return undefined;
}

function plannedValue(path: KeyPath, value: unknown): Finding | undefined {
  const schema = findSchema(path);
  const planned = schema?.['x-planned-values'] ?? schema?.items?.['x-planned-values'] ?? [];
  const given = Array.isArray(value) ? value : [value];
  const index = given.findIndex((item) => planned.includes(item as string));
  if (index < 0) return undefined;
  const all = schema?.enum ?? schema?.items?.enum ?? [];
  const allowed = all
    .filter((item) => !planned.includes(item))
    .map((item) => `"${item}"`)
    .join(', ');
  return {
    code: 'CFG0302',
    severity: 'error',
    path: Array.isArray(value) ? [...path, index] : path,
    at: 'value',
    message: `"${String(given[index])}" is not available in this version`,
    hint: `available: ${allowed}`,
    found: JSON.stringify(given[index]),
    allowed,
  };
}
