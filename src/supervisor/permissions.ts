import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Flags that take the right to write files and to start programs from a process that talks to strangers. It
 * may read the program and its packages, and nothing else.
 */
export function permissionFlags(): string[] {
  const program = fileURLToPath(new URL('../..', import.meta.url));
  const packages = createRequire(import.meta.url).resolve.paths('pino') ?? [];
  const readable = new Set(
    [program, ...packages.filter((path) => existsSync(path))].map((path) => realpathSync(path)),
  );
  const flags = ['--permission', ...[...readable].map((path) => `--allow-fs-read=${path}/`)];
  // Node 24 allows the network always and does not know the flag; 26 needs it and calls it experimental.
  if (process.allowedNodeEnvironmentFlags.has('--allow-net')) {
    flags.push('--allow-net', '--disable-warning=ExperimentalWarning');
  }
  return flags;
}
