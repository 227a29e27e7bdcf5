import { readFileSync } from 'node:fs';

/** From package.json, which stands two folders up from here in the sources as in the build. */
export const PROGRAM_VERSION: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;
