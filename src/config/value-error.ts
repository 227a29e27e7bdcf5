import { formatKey, type KeyPath } from './key-path.ts';
import type { Finding } from './problem.ts';
import { findSchema } from './schema.ts';
import type { SchemaError } from './schema-error.ts';
import type { Schema } from './schema-node.ts';
import { suggest } from './suggest.ts';
import { isTable } from './tree.ts';
import { heading } from './unknown-key.ts';

const QUOTED_CHARACTERS_MAX = 60;

/** Words for a value that the schema does not take. */
export function describeInvalidValue(path: KeyPath, value: unknown, error: SchemaError): Finding {
  const schema = findSchema(path) ?? {};
  const found = quote(value);
  const base = { severity: 'error', path, at: 'value', found } as const;
  const limit = Number(error.params.limit);
  switch (error.keyword) {
    case 'required': {
      const name = String(error.params.missingProperty);
      const example = quote(schema.properties?.[name]?.examples?.[0]);
      return {
        code: 'CFG0206',
        severity: 'error',
        path: [...path, name],
        at: 'key',
        message: `the key "${name}" is missing`,
        hint: `add a line such as ${name} = ${example}`,
      };
    }
    case 'type':
      return { ...base, code: 'CFG0201', ...typeWords(path, schema, value, found) };
    case 'maximum':
      return {
        ...base,
        code: 'CFG0202',
        message: `${found} is too large (at most ${limit})`,
        ...range(schema),
      };
    case 'minimum':
      return {
        ...base,
        code: 'CFG0202',
        message: `${found} is too small (at least ${limit})`,
        ...range(schema),
      };
    case 'enum':
      return { ...base, code: 'CFG0203', ...enumWords(value, schema, found) };
    case 'minLength':
      return {
        ...base,
        code: 'CFG0204',
        message: 'the text is empty',
        hint: schema.default ? `the default is ${quote(schema.default)}` : 'give a value',
      };
    case 'maxLength':
      return {
        ...base,
        code: 'CFG0204',
        message: `the text is too long (${String(value).length} characters, at most ${limit})`,
        hint: 'shorten it',
      };
    case 'pattern':
      return {
        ...base,
        code: 'CFG0205',
        message: `${found} ${schema['x-pattern-message'] ?? `does not match ${schema.pattern}`}`,
        hint: `for example ${quote(schema.examples?.[0] ?? schema.default)}`,
      };
    case 'maxItems':
      return {
        ...base,
        code: 'CFG0207',
        message: `the list has too many entries (at most ${limit})`,
        hint: 'remove some',
      };
    case 'uniqueItems':
      return {
        ...base,
        code: 'CFG0207',
        message: `entry ${Number(error.params.i) + 1} of the list is the same as another`,
        hint: 'remove one of the two',
      };
    default:
      return {
        ...base,
        code: 'CFG0201',
        message: `${found} is not allowed (${error.keyword})`,
        hint: `see "server config explain ${formatKey(path)}"`,
      };
  }
}

/** A value as the user would write it, cut where it is long. */
export function quote(value: unknown): string {
  if (isTable(value)) return 'a table';
  if (typeof value === 'number')
    return Number.isNaN(value) ? 'nan' : String(value).replace('Infinity', 'inf');
  const text = Array.isArray(value) ? `[${value.map(quote).join(', ')}]` : JSON.stringify(value);
  return text && text.length > QUOTED_CHARACTERS_MAX
    ? `${text.slice(0, QUOTED_CHARACTERS_MAX)}…`
    : (text ?? '');
}

function typeWords(path: KeyPath, schema: Schema, value: unknown, found: string) {
  const allowed = TYPE_NAMES[schema.type ?? 'object'];
  if (schema.type === 'object' || (schema.type === 'array' && schema.items?.type === 'object')) {
    const form = heading(String(path[0]));
    const isList = schema.type === 'array';
    return {
      message: isList ? 'must be a list of sections' : 'must be a section',
      hint: `write ${form}${isList ? ' with double brackets for each entry' : ' on a line of its own, and its keys below'}`,
      allowed,
    };
  }
  if (typeof value === 'number' && schema.type === 'integer') {
    return { message: `${found} is not a whole number`, hint: 'write it without a fraction', allowed };
  }
  return {
    message: `${found} is ${nameOf(value)}, but must be ${allowed}`,
    hint: typeHint(schema, value),
    allowed,
  };
}

function typeHint(schema: Schema, value: unknown): string {
  if (typeof value === 'string' && schema.type === 'integer' && /^\d+$/.test(value)) {
    return `remove the quotes: ${value}`;
  }
  if (typeof value === 'string' && schema.type === 'boolean' && /^(?:true|false)$/i.test(value)) {
    return `remove the quotes: ${value.toLowerCase()}`;
  }
  if (schema.enum !== undefined)
    return `choose one of ${schema.enum.map((each) => JSON.stringify(each)).join(', ')}`;
  if (schema.type === 'string' && ['number', 'boolean'].includes(typeof value))
    return `put it in quotes: "${value}"`;
  if (schema.type === 'array' && typeof value === 'string') return `put it in brackets: [${quote(value)}]`;
  const example = schema.examples?.[0] ?? schema.default;
  return example === undefined || example === '' ? 'change the value' : `for example ${quote(example)}`;
}

function enumWords(value: unknown, schema: Schema, found: string) {
  const choices = (schema.enum ?? []).filter((choice) => !schema['x-planned-values']?.includes(choice));
  const allowed = choices.map((choice) => `"${choice}"`).join(', ');
  const near = suggest(String(value), choices);
  return {
    message: `${found} is not one of ${allowed}`,
    hint: near ? `did you mean "${near}"?` : `choose one of ${allowed}`,
    allowed,
  };
}

function range({ minimum, maximum }: Schema) {
  return { hint: `give a number from ${minimum} to ${maximum}`, allowed: `${minimum} to ${maximum}` };
}

const TYPE_NAMES = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section',
} as const;

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isTable(value)) return 'a table';
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' ? 'a number' : typeof value === 'boolean' ? 'true or false' : 'nothing';
}
