import { coerceText } from './coerce.ts';
import { correctPath, type Overrides } from './environment.ts';
import { formatKey, parseKey } from './key-path.ts';
import type { Override } from './origin.ts';
import type { Problem } from './problem.ts';
import { findSchema } from './schema.ts';

/** Key → value, as the command line gives them. */
export type Flags = Readonly<Record<string, string | number | boolean>>;

/** `names` has what the user typed for a key, such as `--port`; without it, it was `--set`. */
export function readFlags(flags: Flags, names: Readonly<Record<string, string>>): Overrides {
  const overrides: Override[] = [];
  const problems: Problem[] = [];
  for (const [key, given] of Object.entries(flags)) {
    const path = parseKey(key);
    const at = names[key] ?? `--set ${key}`;
    const schema = findSchema(path);
    if (schema) {
      const value = typeof given === 'string' ? coerceText(given, schema) : given;
      overrides.push({ path, value, origin: { layer: 'flag', at }, isLegacy: false });
    } else {
      const fixed = correctPath(path);
      problems.push({
        code: 'CFG0110',
        severity: 'error',
        file: at,
        key,
        message: `unknown key "${key}"`,
        hint: fixed ? `did you mean "${formatKey(fixed)}"?` : '"server config env" lists every key',
      });
    }
  }
  return { overrides, problems };
}
