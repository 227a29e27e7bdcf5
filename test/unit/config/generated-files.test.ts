import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { scratchFolder } from '../../fixtures/config/scratch.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const GENERATED = [
  'src/config/schema.generated.ts',
  'src/config/types.generated.ts',
  'src/config/validate.generated.ts',
  'docs/configuration.md',
  'examples/config.toml',
  'examples/config-development.toml',
  'examples/config-production.toml',
];

function generate(...args: string[]) {
  const program = join(root, 'scripts/generate.ts');
  const { status, stderr, stdout } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  return { status, stderr, stdout };
}

test('the generated files of the project are fresh', () => {
  assert.deepEqual(generate('--check'), { status: 0, stderr: '', stdout: '' });
});

test('a file that is out of date or missing is named, and generating mends it', () => {
  const copy = scratchFolder();
  cpSync(join(root, 'schemas'), join(copy, 'schemas'), { recursive: true });
  const missing = generate('--check', '--root', copy);
  assert.equal(missing.status, 1);
  for (const name of GENERATED) assert.ok(missing.stderr.includes(`${name} is out of date`), name);

  assert.equal(generate('--root', copy).status, 0);
  assert.equal(generate('--check', '--root', copy).status, 0);
  appendFileSync(join(copy, 'docs/configuration.md'), 'x');
  const changed = generate('--check', '--root', copy);
  assert.equal(changed.status, 1);
  assert.equal(changed.stderr, 'docs/configuration.md is out of date; run "npm run generate"\n');
});
