import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Two folders up from here in the sources as in the build. */
const ROOT = new URL('../../', import.meta.url);

export const PROGRAM_VERSION: string = JSON.parse(
  readFileSync(new URL('package.json', ROOT), 'utf8'),
).version;

/** What to type to run this program: in a clone its name is known to npx only. */
export const PROGRAM_NAME =
  basename(fileURLToPath(new URL('..', ROOT))) === 'node_modules' ? 'server' : 'npx server';
