import { join } from 'node:path';
import type { LoadOptions } from '../config/load.ts';
import { type FlagTable, OVERRIDE_FLAGS } from './flags.ts';
import { listOccurrences } from './occurrences.ts';
import { UsageError } from './usage-error.ts';

/** The name of the daemon's own log file in `--log-dir`. */
const LOG_FILE_NAME = 'server.log';

/** What the arguments of a verb say about the configuration: which file, and what overrides it. */
export function readLoadOptions(rawArgs: readonly string[]): LoadOptions {
  const flags: Record<string, string | boolean> = {};
  const flagNames: Record<string, string> = {};
  let file: string | undefined;
  let envFile: string | undefined;
  for (const [name, value] of listOccurrences(rawArgs)) {
    if (name === 'config') file = String(value);
    else if (name === 'env-file') envFile = String(value);
    else {
      const [key, given, typed] = readOverride(name, value) ?? [];
      if (key === undefined) continue;
      if (Object.hasOwn(flags, key)) {
        throw new UsageError(`${flagNames[key]} and ${typed} both set ${key}; give one of them`);
      }
      flags[key] = given as string | boolean;
      flagNames[key] = typed as string;
    }
  }
  return { file, flags, flagNames, envFile };
}

/** The key, its value and what was typed for it. */
function readOverride(name: string, value: string | boolean): [string, string | boolean, string] | undefined {
  if (name === 'set') {
    const [, key, given] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(String(value)) ?? [];
    if (key === undefined) {
      throw new UsageError(`--set needs KEY=VALUE, such as --set network.port=9443; it got "${value}"`);
    }
    return [key, (given as string).trim(), `--set ${key}`];
  }
  const key = (OVERRIDE_FLAGS as FlagTable)[name]?.key;
  if (key === undefined) return undefined;
  const given = name === 'log-dir' ? join(String(value), LOG_FILE_NAME) : value;
  return [key, given, `--${name}`];
}
