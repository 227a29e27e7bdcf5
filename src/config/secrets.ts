import { resolve } from 'node:path';
import type { KeyPath } from './key-path.ts';
import type { Finding } from './problem.ts';
import { readFileOrProblem } from './read-file.ts';
import { findSchema } from './schema.ts';
import { isTable, type Tree, writeAt } from './tree.ts';

export interface SecretPlaces {
  readonly env: NodeJS.ProcessEnv;
  /** What a relative path starts from. */
  readonly folder: string;
}

/** Replaces `{ file = "…" }` and `{ env = "…" }` by the secrets that they stand for. */
export function resolveSecrets(tree: Tree, keys: readonly KeyPath[], places: SecretPlaces): Finding[] {
  return keys.flatMap((path) => {
    const parent = path
      .slice(0, -1)
      .reduce<unknown>((at, step) => (isTable(at) ? at[step] : undefined), tree);
    const reference = isTable(parent) ? parent[String(path.at(-1))] : undefined;
    if (!isTable(reference)) return [];
    const secret = readSecret(reference, places);
    if ('message' in secret) {
      return [{ code: 'CFG0210', severity: 'error', path, at: 'value', ...secret } satisfies Finding];
    }
    writeAt(tree, path, secret.text);
    return [];
  });
}

/** The secret keys that stand in the tree. */
export function secretKeys(tree: Tree): KeyPath[] {
  return Object.entries(tree).flatMap(([section, table]) =>
    isTable(table)
      ? Object.keys(table)
          .map((name) => [section, name])
          .filter((path) => findSchema(path)?.['x-secret'])
      : [],
  );
}

function readSecret(
  reference: Tree,
  places: SecretPlaces,
): { text: string } | { message: string; hint: string } {
  if (typeof reference.env === 'string') {
    const text = places.env[reference.env];
    if (text) return { text };
    return {
      message: `the environment variable ${reference.env}, which holds the secret, is not set`,
      hint: 'set it for the process that starts the server',
    };
  }
  const file = resolve(places.folder, String(reference.file));
  const bytes = readFileOrProblem(file, 'CFG0210');
  if (!Buffer.isBuffer(bytes)) return { message: bytes.message, hint: bytes.hint ?? '' };
  const text = bytes.toString('utf8').trimEnd();
  if (text) return { text };
  return { message: `${file}, which holds the secret, is empty`, hint: 'put the secret in it' };
}
