import { MESSAGE_LIMITS } from './limits.ts';
import { FieldError } from './message-error.ts';

/** An object of the client's, of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>;

export function readObject(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FieldError(path, describe(value), 'an object');
  }
  return value as Fields;
}

/** Text as it is, but for its length and that it is proper Unicode. */
export function readText(value: unknown, path: string, lengthMax: number): string {
  if (typeof value !== 'string') throw new FieldError(path, describe(value), 'a text');
  if (value.length > lengthMax) {
    throw new FieldError(path, `a text of ${value.length} characters`, `at most ${lengthMax} long`);
  }
  if (!value.isWellFormed()) {
    throw new FieldError(path, 'a text with half of a surrogate pair', 'proper Unicode');
  }
  return value;
}

/** Text that is a key of something. A NUL cannot be stored in every database, and a key cannot be changed. */
export function readName(value: unknown, path: string): string {
  const name = readText(value, path, MESSAGE_LIMITS.nameMax);
  if (name.includes('\0')) throw new FieldError(path, 'a text with a NUL character', 'without it');
  return name;
}

/** Absent and null are the same. */
export function readOptional<Value>(
  value: unknown,
  path: string,
  read: (value: unknown, path: string) => Value,
): Value | null {
  return value === undefined || value === null ? null : read(value, path);
}

export function readBoolean(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw new FieldError(path, describe(value), 'true or false');
  return value;
}

export function readInteger(value: unknown, path: string, max: number = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max) {
    throw new FieldError(path, describe(value), `a whole number from 0 to ${max}`);
  }
  // Minus zero is a zero.
  return value + 0;
}

export function readList<Item>(
  value: unknown,
  path: string,
  countMax: number,
  read: (item: unknown) => Item,
): Item[] {
  if (!Array.isArray(value)) throw new FieldError(path, describe(value), 'a list');
  if (value.length > countMax) {
    throw new FieldError(path, `a list of ${value.length} entries`, `at most ${countMax} long`);
  }
  const items: Item[] = new Array(value.length);
  let i = 0;
  try {
    for (; i < value.length; i += 1) items[i] = read(value[i]);
  } catch (error) {
    throw error instanceof FieldError ? error.within(path, i) : error;
  }
  return items;
}

/** A value of any shape that must be there, and that is not too deep to be handed on. */
export function readAny(value: unknown, path: string): unknown {
  if (value === undefined) throw new FieldError(path, describe(value), 'there, null if nothing else');
  if (isDeeper(value, MESSAGE_LIMITS.depthMax)) {
    throw new FieldError(
      path,
      'too deep',
      `at most ${MESSAGE_LIMITS.depthMax} objects and lists in one another`,
    );
  }
  return value;
}

function isDeeper(value: unknown, depthMax: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depthMax === 0) return true;
  return Object.values(value).some((inner) => isDeeper(inner, depthMax - 1));
}

/** What a value is. A text is not quoted: it may be long, or secret. */
function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'string') return 'a text';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return String(value);
}
