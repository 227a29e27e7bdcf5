import { createRequire } from 'node:module';
import type { Schema } from '../../src/config/schema-node.ts';

const require = createRequire(import.meta.url);
const { Ajv } = require('ajv') as typeof import('ajv');
const standaloneCode = (
  require('ajv/dist/standalone') as { default: (ajv: unknown, validate: unknown) => string }
).default;

const HEAD = `// @ts-nocheck
// Generated from schemas/config.schema.json by "npm run generate". Do not edit.
import type { Validator } from './schema-error.ts';

`;
const VOCABULARY = ['x-reload', 'x-secret', 'x-path', 'x-planned', 'x-planned-values', 'x-pattern-message'];
const LENGTH_OF_TEXT = /require\("ajv\/dist\/runtime\/ucs2length"\)\.default/g;

/** The validator as a module of its own, so that no command pays for the compiler. */
export function emitValidator(schema: Schema): string {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    allowUnionTypes: false,
    useDefaults: false,
    coerceTypes: false,
    // The words are ours, made from the path, the keyword and its parameters.
    messages: false,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addVocabulary(VOCABULARY);
  // Strict mode refuses what is misspelt in the schema itself.
  ajv.compile(schema);
  const code = standaloneCode(ajv, ajv.compile(withoutProse(schema) as Schema))
    .replace('"use strict";', '')
    .replace(/^export default \w+;$/m, '')
    .replace('export const validate =', 'export const validate: Validator =')
    .replaceAll(/^\/\*# sourceURL=.*$/gm, '')
    .replace(LENGTH_OF_TEXT, '(text) => [...text].length');
  if (/\b(?:require|import)\b/.test(code.replaceAll(/"(?:[^"\\]|\\.)*"/g, ''))) {
    throw new Error('the generated validator needs something at run time that is not inlined');
  }
  return `${HEAD}${code.trim()}\n`;
}

const PROSE = new Set(['$id', 'title', 'description', 'default', 'examples', 'x-pattern-message']);

/** The validator holds parts of the schema; what is only for people would make it twice as large. */
function withoutProse(node: unknown, isKeyName = false): unknown {
  if (Array.isArray(node)) return node.map((item) => withoutProse(item));
  if (typeof node !== 'object' || node === null) return node;
  const kept = Object.entries(node).filter(([keyword]) => isKeyName || !PROSE.has(keyword));
  return Object.fromEntries(
    kept.map(([keyword, child]) => [keyword, withoutProse(child, !isKeyName && keyword === 'properties')]),
  );
}
