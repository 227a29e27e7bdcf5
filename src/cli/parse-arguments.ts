import { suggest } from '../config/suggest.ts';
import type { Flag, FlagTable } from './flags.ts';
import { type FlagMatch, findFlag } from './match-flag.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads the arguments of a verb strictly, and puts them in the one form that citty reads as it should:
 * `--name=value`, `--name` or `--no-name`, then `--` and the positional arguments. Throws `UsageError`.
 */
export function parseArguments(args: readonly string[], table: FlagTable): string[] {
  const flags: string[] = [];
  const positionals: string[] = [];
  const seen = new Map<string, string>();
  const queue = [...args];
  let previous: FlagMatch | undefined;
  while (queue.length > 0) {
    const token = queue.shift() as string;
    if (token === '--') {
      positionals.push(...queue.splice(0));
    } else if (!token.startsWith('-') || token === '-') {
      positionals.push(token);
      assertFits(positionals, table, previous);
    } else {
      const match = findFlag(token, table) ?? failUnknown(token, table);
      if (match.more !== undefined) queue.unshift(match.more);
      const value = readValue(match, queue);
      assertOnce(match, value, seen);
      assertAvailable(match, value);
      flags.push(writeFlag(match.name, value));
      previous = match;
      continue;
    }
    previous = undefined;
  }
  assertFits(positionals, table, undefined);
  assertComplete(positionals, seen, table);
  return [...flags, ...(positionals.length > 0 ? ['--', ...positionals] : [])];
}

export function positionalsOf(table: FlagTable): [string, Flag][] {
  return Object.entries(table).filter(([, flag]) => flag.type === 'positional');
}

/** A value that begins with a hyphen is more likely a forgotten one, unless it is a number or behind `=`. */
function readValue({ flag, value, typed }: FlagMatch, queue: string[]): string | boolean {
  if (flag.type === 'boolean') {
    if (value === undefined || value === 'true') return true;
    if (value === 'false') return false;
    throw new UsageError(`${typed} takes no value; it got "${value}"`);
  }
  if (value === undefined && flag.isValueOptional) return '';
  const given = value ?? (/^-(?!$|\d)/.test(queue[0] ?? '-x') ? undefined : queue.shift());
  if (given === undefined) {
    const hint = queue[0] === undefined ? '' : `; a value that begins with "-" is given as ${typed}=VALUE`;
    throw new UsageError(`${typed} needs a value${hint}`);
  }
  if (flag.type === 'enum' && !flag.options?.includes(given)) {
    const near = suggest(given, flag.options ?? []);
    const remedy = near ? `did you mean "${near}"?` : `it can be ${flag.options?.join(', ')}`;
    throw new UsageError(`${typed} cannot be "${given}"; ${remedy}`);
  }
  return given;
}

function failUnknown(token: string, table: FlagTable): never {
  const [typed] = token.split('=') as [string];
  const names = Object.keys(table).filter((name) => table[name]?.type !== 'positional');
  const near = typed.startsWith('--') ? suggest(typed.slice(2), names) : undefined;
  throw new UsageError(`unknown flag ${typed}${near ? `; did you mean --${near}?` : ''}`);
}

function assertOnce(
  { name, flag, typed }: FlagMatch,
  value: string | boolean,
  seen: Map<string, string>,
): void {
  const before = seen.get(name);
  const isSame = flag.type === 'boolean' && before === String(value);
  if (before !== undefined && !flag.repeatable && !isSame) {
    throw new UsageError(`${typed} is given twice; give it once`);
  }
  seen.set(name, String(value));
}

function assertAvailable({ flag, typed }: FlagMatch, value: string | boolean): void {
  if (flag.isPlanned && value !== false) {
    throw new UsageError(`${typed} is not available in this version`, 'ERR_NOT_AVAILABLE');
  }
}

function assertFits(positionals: readonly string[], table: FlagTable, previous: FlagMatch | undefined): void {
  const known = positionalsOf(table);
  if (positionals.length <= known.length) return;
  const hint =
    previous?.flag.type === 'boolean'
      ? `; ${previous.typed} takes no value`
      : known.length > 0
        ? '; a text with spaces needs quotes'
        : '';
  throw new UsageError(`unexpected argument "${positionals[known.length]}"${hint}`);
}

function assertComplete(
  positionals: readonly string[],
  seen: ReadonlyMap<string, string>,
  table: FlagTable,
): void {
  for (const [i, [name, flag]] of positionalsOf(table).entries()) {
    if (i >= positionals.length && flag.required !== false && flag.default === undefined) {
      throw new UsageError(`${(flag.valueHint ?? name).toUpperCase()} is missing`);
    }
  }
  for (const [name, flag] of Object.entries(table)) {
    if (flag.type !== 'positional' && flag.required && flag.default === undefined && !seen.has(name)) {
      throw new UsageError(`--${name} is missing`);
    }
  }
}

/** To citty `--no-` is always a negation, so a name that begins with it is written as one word. */
function writeFlag(name: string, value: string | boolean): string {
  if (typeof value === 'string') return `--${name}=${value}`;
  const word = name.startsWith('no-') ? toCamelCase(name) : name;
  return value ? `--${word}` : `--no-${word}`;
}

function toCamelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
