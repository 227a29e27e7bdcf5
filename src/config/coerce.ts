import type { Schema } from './schema-node.ts';

const TRUE = new Set(['true', 'yes', 'on', '1']);
const FALSE = new Set(['false', 'no', 'off', '0']);

/**
 * Text from the environment or the command line becomes what the schema wants. Where it cannot, it stays
 * text, and validation says what is wrong with it.
 */
export function coerceText(text: string, schema: Schema | undefined): unknown {
  const trimmed = text.trim();
  switch (schema?.type) {
    case 'integer':
    case 'number':
      return /^[+-]?\d+(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) : text;
    case 'boolean':
      if (TRUE.has(trimmed.toLowerCase())) return true;
      return FALSE.has(trimmed.toLowerCase()) ? false : text;
    case 'object':
    case 'array':
      return coerceStructure(trimmed, schema);
    default:
      return text;
  }
}

/** JSON, or for lists of plain values the values between commas. */
function coerceStructure(text: string, schema: Schema): unknown {
  if (/^[[{]/.test(text)) {
    try {
      return JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value));
    } catch {
      return text;
    }
  }
  if (schema.type !== 'array' || schema.items?.type === 'object') return text;
  return text === '' ? [] : text.split(',').map((item) => coerceText(item.trim(), schema.items));
}
