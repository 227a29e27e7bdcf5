import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Flags that take the right to write files and to start programs from a process that talks to strangers. It
 * may read the program itself, and nothing else.
 */
export function permissionFlags(): string[] {
  const program = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '..', '..'));
  const flags = ['--permission', `--allow-fs-read=${program}/`];
  for (const modules of moduleDirectories(program)) flags.push(`--allow-fs-read=${modules}/`);
  // Node 24 allows the network always and does not know the flag; 26 needs it and calls it experimental.
  if (process.allowedNodeEnvironmentFlags.has('--allow-net')) {
    flags.push('--allow-net', '--disable-warning=ExperimentalWarning');
  }
  return flags;
}

/** Where packages may be that were installed beside this one. */
function moduleDirectories(program: string): string[] {
  const parent = dirname(program);
  return parent.endsWith('node_modules') ? [parent] : [];
}
