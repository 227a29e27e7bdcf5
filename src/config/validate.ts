import { formatKey, type KeyPath, parsePointer } from './key-path.ts';
import type { Finding } from './problem.ts';
import { findSchema } from './schema.ts';
import type { SchemaError } from './schema-error.ts';
import { readAt, type Tree } from './tree.ts';
import { describeUnknownKey } from './unknown-key.ts';
import { validate } from './validate.generated.ts';
import { describeInvalidValue } from './value-error.ts';

/** Enough for any file that is meant as a configuration; each costs a search for what was meant. */
const ERRORS_MAX = 200;

/** Everything that the schema has against the tree, one finding for each place. */
export function validateTree(tree: Tree): Finding[] {
  if (validate(tree)) return [];
  const findings = new Map<string, Finding>();
  for (const error of validate.errors?.slice(0, ERRORS_MAX) ?? []) {
    const finding = describe(tree, error);
    const key = formatKey(finding.path);
    if (!findings.has(key)) findings.set(key, finding);
  }
  return [...findings.values()];
}

function describe(tree: Tree, error: SchemaError): Finding {
  const path = parsePointer(error.instancePath);
  const secret = enclosingSecret(path);
  if (secret) return describeSecret(secret);
  if (error.keyword === 'additionalProperties') {
    const unknown = [...path, String(error.params.additionalProperty)];
    return describeUnknownKey(unknown, readAt(tree, unknown));
  }
  return describeInvalidValue(path, readAt(tree, path), error);
}

function enclosingSecret(path: KeyPath): KeyPath | undefined {
  for (let depth = 1; depth <= path.length; depth++) {
    if (findSchema(path.slice(0, depth))?.['x-secret']) return path.slice(0, depth);
  }
  return undefined;
}

/** A secret may be given in three forms, and none of them is quoted. */
function describeSecret(path: KeyPath): Finding {
  return {
    code: 'CFG0201',
    severity: 'error',
    path,
    at: 'value',
    message: 'the value is not in a form that a secret can have',
    hint: 'write "text", { file = "path" } or { env = "NAME" }',
    found: '***',
  };
}
