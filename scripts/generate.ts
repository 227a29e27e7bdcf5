// Writes everything that is made from schemas/config.schema.json. With --check it writes nothing, names what
// is out of date, and ends with 1.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Schema } from '../src/config/schema-node.ts';
import { emitSchemaModule } from './generate/schema-module.ts';
import { emitTypes } from './generate/types.ts';
import { emitValidator } from './generate/validator.ts';

/** `--root` is another copy of the project, for the test of this program. */
const rootAt = process.argv.indexOf('--root');
const root = rootAt > 0 ? process.argv[rootAt + 1]! : fileURLToPath(new URL('..', import.meta.url));
const isCheck = process.argv.includes('--check');

const schema: Schema = JSON.parse(readFileSync(join(root, 'schemas/config.schema.json'), 'utf8'));
const stale = [
  put('src/config/schema.generated.ts', emitSchemaModule(schema)),
  put('src/config/types.generated.ts', emitTypes(schema)),
  put('src/config/validate.generated.ts', emitValidator(schema)),
];
// What follows is made by modules that import the ones above.
const { emitDocumentation } = await import('./generate/documentation.ts');
const { generateConfig } = await import('../src/config/generate.ts');
const options = { schema: '../schemas/config.schema.json' };
stale.push(
  put('docs/configuration.md', emitDocumentation(schema)),
  put('examples/config.toml', generateConfig('default', options)),
  put('examples/config-development.toml', generateConfig('development', options)),
  put('examples/config-production.toml', generateConfig('production', options)),
);

const names = stale.filter((name) => name !== undefined);
if (isCheck && names.length > 0) {
  for (const name of names) console.error(`${name} is out of date; run "npm run generate"`);
  process.exitCode = 1;
}

/** The name of the file if it was not what it should be. */
function put(name: string, text: string): string | undefined {
  const file = join(root, name);
  if (readOrNothing(file) === text) return undefined;
  if (!isCheck) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${name}`);
  }
  return name;
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
