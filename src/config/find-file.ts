import { accessSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The configuration file. One that was named is returned whether it exists or not; else the first found. Null
 * stands for none.
 */
export function findConfigFile(
  named: string | null | undefined,
  env: NodeJS.ProcessEnv,
  cwd: string,
): string | undefined {
  if (named === null) return undefined;
  const chosen = named ?? env.SERVER_CONFIG;
  if (chosen) return resolve(cwd, chosen);
  return configFilePlaces(env, cwd).find(exists);
}

/** Where a file is looked for when none was named. */
export function configFilePlaces(env: NodeJS.ProcessEnv, cwd: string): string[] {
  const userFolder = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config');
  return [join(cwd, 'config.toml'), join(userFolder, 'millrace', 'config.toml'), '/etc/millrace/config.toml'];
}

/** A file that is there but cannot be read is an error to be told, not one to be passed over. */
function exists(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
