import { coerceText } from './coerce.ts';
import { formatKey, type KeyPath, parseKey } from './key-path.ts';
import { LEGACY_VARIABLES } from './legacy-variables.ts';
import type { Override } from './origin.ts';
import type { Problem } from './problem.ts';
import { findSchema } from './schema.ts';
import { suggest } from './suggest.ts';

const PREFIX = 'SERVER__';

export interface Overrides {
  readonly overrides: readonly Override[];
  readonly problems: readonly Problem[];
}

type Variables = Readonly<Record<string, string | undefined>>;

/** What the variables say, the legacy ones first, so that ours win. */
export function readEnvironment(variables: Variables, layer: 'environment' | 'env-file'): Overrides {
  const legacy = readLegacy(variables, layer);
  const own = readOwn(variables, layer);
  return {
    overrides: [...legacy.overrides, ...own.overrides],
    problems: [...legacy.problems, ...own.problems],
  };
}

/** `listeners[0].port` → `SERVER__LISTENERS__0__PORT` */
export function variableName(path: KeyPath): string {
  return PREFIX + path.map((step) => String(step).toUpperCase()).join('__');
}

function readOwn(variables: Variables, layer: 'environment' | 'env-file'): Overrides {
  const overrides: Override[] = [];
  const problems: Problem[] = [];
  // By name, so that the first entry of a list is put in place before the second.
  const names = Object.keys(variables).filter((name) => name.startsWith(PREFIX));
  for (const name of names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))) {
    const path = parseKey(name.slice(PREFIX.length).toLowerCase().split('__').join('.'));
    const schema = findSchema(path);
    if (schema) {
      const value = coerceText(variables[name] ?? '', schema);
      overrides.push({ path, value, origin: { layer, at: name }, isLegacy: false });
    } else {
      problems.push(unknownVariable(name, path));
    }
  }
  return { overrides, problems };
}

function readLegacy(variables: Variables, layer: 'environment' | 'env-file'): Overrides {
  const overrides: Override[] = [];
  const problems: Problem[] = [];
  for (const { variable, keys, read } of LEGACY_VARIABLES) {
    const text = variables[variable];
    if (!text) continue;
    const values = read(text);
    if (!values) problems.push(meaninglessVariable(variable, keys));
    for (const [key, value] of Object.entries(values ?? {})) {
      const path = parseKey(key);
      if (findSchema(path)?.['x-planned']) {
        problems.push(ignoredVariable(variable, key));
      } else {
        const coerced = coerceText(value, findSchema(path));
        overrides.push({ path, value: coerced, origin: { layer, at: variable }, isLegacy: true });
      }
    }
  }
  return { overrides, problems };
}

function unknownVariable(name: string, path: KeyPath): Problem {
  const fixed = correctPath(path);
  return {
    code: 'CFG0109',
    severity: 'error',
    file: name,
    message: `the environment variable ${name} names no key`,
    hint: fixed
      ? `did you mean ${variableName(fixed)}?`
      : '"server config env" lists every variable; unset this one if it is not meant for the server',
  };
}

function meaninglessVariable(variable: string, keys: readonly string[]): Problem {
  return {
    code: 'CFG0304',
    severity: 'warning',
    file: variable,
    message: `the value of ${variable} means nothing for ${keys.join(' and ')} and is ignored`,
    hint: `set ${keys.map((key) => variableName(parseKey(key))).join(' and ')} instead`,
  };
}

function ignoredVariable(variable: string, key: string): Problem {
  return {
    code: 'CFG0303',
    severity: 'warning',
    file: variable,
    message: `${variable} stands for ${key}, which is not available in this version; it is ignored`,
  };
}

/** The path with its first wrong step replaced by the nearest right one, if that makes it a key. */
export function correctPath(path: KeyPath): KeyPath | undefined {
  let fixed: KeyPath = [];
  for (const step of path) {
    const names = Object.keys(findSchema(fixed)?.properties ?? {});
    const isKnown = typeof step === 'number' || names.includes(step);
    const next = isKnown ? step : suggest(step, names);
    if (next === undefined) return undefined;
    fixed = [...fixed, next];
  }
  return findSchema(fixed) && formatKey(fixed) !== formatKey(path) ? fixed : undefined;
}
