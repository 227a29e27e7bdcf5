/** A flag as it was given: the full name, and its value or whether it was set. */
export type Occurrence = readonly [name: string, value: string | boolean];

/**
 * Every flag in the arguments that a verb gets, in order. They are in one form there: `--name=value`, `--name`
 * or `--no-name`, then `--` and the positional arguments.
 */
export function listOccurrences(rawArgs: readonly string[]): Occurrence[] {
  const end = rawArgs.indexOf('--');
  return rawArgs.slice(0, end < 0 ? undefined : end).map((token) => {
    const equals = token.indexOf('=');
    if (equals >= 0) return [token.slice(2, equals), token.slice(equals + 1)];
    if (token.startsWith('--no-')) return [token.slice(5), false];
    return [token.slice(2), true];
  });
}
