import { checkConfig } from '../config/check.ts';
import { ConfigError } from '../config/config-error.ts';
import { type LoadedConfig, type LoadOptions, loadConfig } from '../config/load.ts';
import type { Problem } from '../config/problem.ts';

/** A configuration that a server can start with. */
export interface RunConfig {
  readonly loaded: LoadedConfig;
  readonly warnings: readonly Problem[];
  /** Reads it anew, or what `text` says in its place. */
  readonly load: (text?: string) => Promise<LoadedConfig>;
}

/** Throws `ConfigError`. */
export async function loadForRun(given: LoadOptions): Promise<RunConfig> {
  const options = { ...given, cwd: process.cwd() };
  const loaded = await loadConfig(options);
  const problems = [...loaded.warnings, ...(await checkConfig(loaded))];
  if (problems.some(({ severity }) => severity === 'error')) throw new ConfigError(problems);
  // A reload looks for no other file than the one that was found.
  const fixed = { ...options, ...(loaded.file && { file: loaded.file }) };
  const load = (text?: string) => loadConfig({ ...fixed, ...(text !== undefined && { text }) });
  return { loaded, warnings: problems, load };
}
