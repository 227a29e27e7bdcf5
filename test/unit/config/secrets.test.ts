import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fillDefaults } from '../../../src/config/defaults.ts';
import { resolveSecrets, secretKeys } from '../../../src/config/secrets.ts';
import { flattenConfig, showConfig } from '../../../src/config/show.ts';
import type { Tree } from '../../../src/config/tree.ts';
import { validateTree } from '../../../src/config/validate.ts';
import { scratchFolder } from '../../fixtures/config/scratch.ts';

const folder = scratchFolder();
const resolve = (tree: Tree, env: NodeJS.ProcessEnv = {}) =>
  resolveSecrets(tree, secretKeys(tree), { env, folder });

test('a secret is read from a file, relative to the configuration, without the line break at its end', () => {
  writeFileSync(join(folder, 'token'), ' hunter2 \n');
  const tree = { auth: { admin_token: { file: 'token' } } };
  assert.deepEqual(resolve(tree), []);
  assert.deepEqual(tree, { auth: { admin_token: ' hunter2' } });
});

test('a secret is read from an environment variable', () => {
  const tree = { auth: { admin_token: { env: 'TOKEN' } }, storage: { database_url: 'postgres://x' } };
  assert.deepEqual(resolve(tree, { TOKEN: 'hunter2' }), []);
  assert.deepEqual(tree, { auth: { admin_token: 'hunter2' }, storage: { database_url: 'postgres://x' } });
});

test('a secret that is missing, empty or unreadable is told', () => {
  writeFileSync(join(folder, 'empty'), '\n');
  for (const reference of [{ file: 'no' }, { file: 'empty' }, { file: '.' }, { env: 'NO' }]) {
    const [finding] = resolve({ auth: { admin_token: reference } });
    assert.equal(finding?.code, 'CFG0210');
    assert.deepEqual(finding?.path, ['auth', 'admin_token']);
  }
});

test('a secret has one of three forms', () => {
  const check = (admin_token: unknown) => validateTree({ auth: { admin_token } });
  for (const good of ['text', { file: 'x' }, { env: 'X' }]) assert.deepEqual(check(good), []);
  for (const bad of [1, [], {}, { file: 'x', env: 'X' }, { fil: 'x' }, { env: 'not a name' }]) {
    const findings = check(bad);
    assert.deepEqual(
      findings.map(({ code, path, found }) => [code, path.join('.'), found]),
      [['CFG0201', 'auth.admin_token', '***']],
    );
  }
});

test('secrets are masked where a configuration is shown', () => {
  const config = fillDefaults({ auth: { admin_token: 'hunter2' } });
  assert.deepEqual(showConfig(config).auth, { ...config.auth, admin_token: '***' });
  assert.equal(flattenConfig(config).get('auth.admin_token'), '***');
  assert.equal(flattenConfig(config).get('storage.database_url'), '');
  assert.equal(config.auth.admin_token, 'hunter2');
});
