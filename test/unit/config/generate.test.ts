import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkConfig } from '../../../src/config/check.ts';
import { generateConfig, packagedSchemaFile } from '../../../src/config/generate.ts';
import { PROFILES } from '../../../src/config/profiles.ts';
import { describeKeys } from '../../../src/config/schema.ts';
import { loadText, scratchFolder } from '../../fixtures/config/scratch.ts';

const folder = scratchFolder();
const root = fileURLToPath(new URL('../../..', import.meta.url));
const EXAMPLES = { default: 'config', development: 'config-development', production: 'config-production' };

for (const profile of PROFILES) {
  test(`the ${profile} profile loads without a warning`, async () => {
    const loaded = await loadText(folder, generateConfig(profile));
    assert.deepEqual(loaded.warnings, []);
    assert.deepEqual(await checkConfig(loaded, { offline: true }), []);
  });

  test(`the ${profile} profile names every key`, () => {
    const lines = new Set(generateConfig(profile).split('\n'));
    for (const key of describeKeys()) {
      const written = [...lines].some((line) => new RegExp(`^(?:# )?${key.name}(?: = |:$)`).test(line));
      assert.ok(written, key.key);
    }
  });

  test(`the ${profile} profile still loads when every default is made active`, async () => {
    const active = generateConfig(profile)
      .split('\n')
      .filter(
        (line) => !/"log-grpc"|^# \[\[listeners|^# (?:name|bind_address|port|tls|protocols) = .*/.test(line),
      )
      .map((line) => line.replace(/^# (?=[a-z_]+ = )/, ''))
      .join('\n');
    const [plain, full] = [await loadText(folder, generateConfig(profile)), await loadText(folder, active)];
    assert.deepEqual(full.config, plain.config);
  });

  test(`examples/${EXAMPLES[profile]}.toml is the ${profile} profile, and the editors' checker takes it`, () => {
    const file = join(root, 'examples', `${EXAMPLES[profile]}.toml`);
    const text = readFileSync(file, 'utf8');
    assert.equal(text, generateConfig(profile, { schema: '../schemas/config.schema.json' }));
    const { status, stderr } = lint(file);
    assert.equal(status, 0, stderr);
  });
}

test("the editors' checker refuses what we refuse", () => {
  const file = join(folder, 'bad.toml');
  writeFileSync(file, '[network]\nport = 70000\n');
  const { status, stderr } = lint(file);
  assert.notEqual(status, 0);
  assert.match(stderr, /70000/);
});

test('the first line names a schema file that exists', () => {
  const [first] = generateConfig('default').split('\n');
  assert.equal(first, `#:schema ${packagedSchemaFile()}`);
  assert.ok(existsSync(packagedSchemaFile()!));
});

test('the development profile is for this machine only, with the ports that simple clients expect', async () => {
  const { config } = await loadText(folder, generateConfig('development'));
  assert.equal(config.network.bind_address, '127.0.0.1');
  assert.deepEqual(
    config.listeners.map(({ name, bind_address, port, tls }) => [name, bind_address, port, tls]),
    [
      ['logs', '127.0.0.1', 9020, false],
      ['http', '127.0.0.1', 8080, false],
    ],
  );
});

function lint(file: string) {
  const schema = pathToFileURL(join(root, 'schemas/config.schema.json')).href;
  const taplo = join(root, 'node_modules/@taplo/cli/dist/cli.js');
  return spawnSync(process.execPath, [taplo, 'lint', '--schema', schema, file], {
    encoding: 'utf8',
    cwd: root,
  });
}
