import type { Flag, FlagTable } from './flags.ts';

/** A token of the command line and the flag that it is. */
export interface FlagMatch {
  readonly name: string;
  readonly flag: Flag;
  /** What stands in the same token: `--port=1`, `-p1`. For `--no-json` it is `false`. */
  readonly value: string | undefined;
  /** As it was typed, without a value. */
  readonly typed: string;
  /** Short flags without values can be joined: what is left of `-hV`. */
  readonly more: string | undefined;
}

/** The flag that the token is, with underscores as good as hyphens; undefined where the table has none. */
export function findFlag(token: string, table: FlagTable): FlagMatch | undefined {
  return token.startsWith('--') ? findLong(token, table) : findShort(token, table);
}

function findLong(token: string, table: FlagTable): FlagMatch | undefined {
  const [, given, value] = /^--([^=]+)(?:=(.*))?$/s.exec(token) ?? [];
  if (given === undefined) return undefined;
  const typed = `--${given}`;
  const name = given.replaceAll('_', '-');
  const flag = readFlag(table, name);
  if (flag !== undefined) return { name, flag, value, typed, more: undefined };
  const positive = name.startsWith('no-') ? readFlag(table, name.slice(3)) : undefined;
  if (positive?.type !== 'boolean' || value !== undefined) return undefined;
  return { name: name.slice(3), flag: positive, value: 'false', typed, more: undefined };
}

function findShort(token: string, table: FlagTable): FlagMatch | undefined {
  const typed = token.slice(0, 2);
  const entry = Object.entries(table).find(([, flag]) => aliasesOf(flag).includes(typed.slice(1)));
  if (entry === undefined) return undefined;
  const [name, flag] = entry;
  const after = token.slice(2);
  if (after === '') return { name, flag, value: undefined, typed, more: undefined };
  const isJoined = flag.type === 'boolean' && !after.startsWith('=');
  return {
    name,
    flag,
    value: isJoined ? undefined : after.replace(/^=/, ''),
    typed,
    more: isJoined ? `-${after}` : undefined,
  };
}

function readFlag(table: FlagTable, name: string): Flag | undefined {
  const flag = Object.hasOwn(table, name) ? table[name] : undefined;
  return flag?.type === 'positional' ? undefined : flag;
}

export function aliasesOf(flag: Flag): readonly string[] {
  const alias = 'alias' in flag ? flag.alias : undefined;
  return alias === undefined ? [] : [alias].flat();
}
