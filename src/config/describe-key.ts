import type { KeyDescription } from './schema.ts';
import type { ReloadClass } from './schema-node.ts';
import { writeTomlValue } from './toml-text.ts';

/** Each goes on from "a change is applied". */
export const RELOAD_WORDS: Readonly<Record<ReloadClass, string>> = {
  live: 'in place, without touching a connection',
  workers: 'by new workers; the old ones finish what they have',
  store: 'by a new store; workers wait for it, and nothing is lost',
  restart: 'only by a restart of the whole daemon; a reload leaves it as it is and says so',
};

/** The same in a few words, behind a change. */
export const RELOAD_NOTES: Readonly<Record<ReloadClass, string>> = {
  live: 'in place',
  workers: 'by new workers',
  store: 'by a restart of the store',
  restart: 'needs: server restart',
};

/** `whole number, 1 to 65535`, `one of "a", "b"`, `text`. */
export function describeType(key: KeyDescription): string {
  const values = key.values?.map((value) => `"${value}"`).join(', ');
  if (key.type === 'list') return values ? `list of ${values}` : 'list';
  if (values) return `one of ${values}`;
  if (key.type === 'boolean') return 'true or false';
  if (key.type === 'integer') return `whole number, ${key.minimum} to ${key.maximum}`;
  if (key.isSecret) return 'secret: text, { file = "…" } or { env = "…" }';
  if (key.isPath) return 'path';
  return 'text';
}

export function describeDefault(key: KeyDescription): string {
  if (key.isRequired) return 'has to be given';
  return key.default === '' ? 'default: not set' : `default: ${writeTomlValue(key.default)}`;
}

/** Values that the type allows and this version does not have; empty where there are none. */
export function describePlannedValues(key: KeyDescription): string {
  if (key.plannedValues.length === 0) return '';
  return `Not available in this version: ${key.plannedValues.map((value) => `"${value}"`).join(', ')}.`;
}
