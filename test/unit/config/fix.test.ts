import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixConfig } from '../../../src/config/fix.ts';
import { saveFixed } from '../../../src/config/save-file.ts';
import { loadText, scratchFolder } from '../../fixtures/config/scratch.ts';

const folder = scratchFolder();

test('misspelt keys and sections are corrected, and nothing else changes', async () => {
  const before = '# mine\n[netwrok] # here\n  prot   = 9443 # the prot\n\n[loging]\r\nlevl = "warn"\n';
  const after = '# mine\n[network] # here\n  port   = 9443 # the prot\n\n[logging]\r\nlevel = "warn"\n';
  const { text, fixed } = fixConfig(before);
  assert.equal(text, after);
  assert.deepEqual(fixed, [
    { line: 2, from: 'netwrok', to: 'network' },
    { line: 3, from: 'prot', to: 'port' },
    { line: 5, from: 'loging', to: 'logging' },
    { line: 6, from: 'levl', to: 'level' },
  ]);
  assert.equal((await loadText(folder, text)).config.network.port, 9443);
});

test('dotted, quoted and inline keys are corrected', () => {
  assert.equal(fixConfig('network.prot = 1\n').text, 'network.port = 1\n');
  assert.equal(fixConfig('"netwrok"."prot" = 1\n').text, 'network.port = 1\n');
  assert.equal(
    fixConfig('network = { prot = 1, bind-address = "::1" }').text,
    'network = { port = 1, bind_address = "::1" }',
  );
  assert.equal(fixConfig("tls.'enabeld' = true").text, 'tls.enabled = true');
});

test('a name that is written in several places is corrected in all of them', () => {
  const before = 'netwrok.port = 1\nnetwrok.max_connections = 2\n';
  assert.equal(fixConfig(before).text, 'network.port = 1\nnetwork.max_connections = 2\n');
  const list = '[[listener]]\nname = "a"\nport = 1\n[[listener]]\nnmae = "b"\nport = 2\n';
  assert.equal(
    fixConfig(list).text,
    '[[listeners]]\nname = "a"\nport = 1\n[[listeners]]\nname = "b"\nport = 2\n',
  );
});

test('a key is left alone where it could mean several, or none, or one that is there already', () => {
  for (const text of [
    '[network]\nfrobnicate = 1\n',
    '[network]\nport = 1\nprot = 2\n',
    '[network]\nport = 1\n[netwrok]\nport = 2\n',
    '[logs]\nxyz = 1\n',
  ]) {
    assert.deepEqual(fixConfig(text), { text, fixed: [] });
  }
});

test('what is right, and what is not TOML, stays as it is', () => {
  for (const text of ['', '[network]\nport = 1\n', '[network\nprot = 1\n']) {
    assert.deepEqual(fixConfig(text), { text, fixed: [] });
  }
});

test('a byte order mark stays', () => {
  assert.equal(fixConfig('\ufeff[network]\nprot = 1\n').text, '\ufeff[network]\nport = 1\n');
});

test('the new text takes the place of the old, which is kept', async () => {
  const place = join(folder, 'save');
  mkdirSync(place);
  writeFileSync(join(place, 'real.toml'), 'old');
  chmodSync(join(place, 'real.toml'), 0o640);
  symlinkSync('real.toml', join(place, 'link.toml'));
  const { backup } = await saveFixed(join(place, 'link.toml'), 'new');
  assert.equal(backup, join(place, 'real.toml.bak'));
  assert.equal(readFileSync(join(place, 'link.toml'), 'utf8'), 'new');
  assert.equal(readFileSync(backup, 'utf8'), 'old');
  for (const name of ['real.toml', 'real.toml.bak'])
    assert.equal(statSync(join(place, name)).mode & 0o777, 0o640);
  assert.deepEqual(readdirSync(place).sort(), ['link.toml', 'real.toml', 'real.toml.bak']);
});

test('a file that cannot be replaced is left as it was', async () => {
  const place = join(folder, 'blocked');
  mkdirSync(join(place, 'config.toml.bak', 'full'), { recursive: true });
  writeFileSync(join(place, 'config.toml'), 'old');
  await assert.rejects(saveFixed(join(place, 'config.toml'), 'new'));
  assert.equal(readFileSync(join(place, 'config.toml'), 'utf8'), 'old');
  assert.deepEqual(readdirSync(place).sort(), ['config.toml', 'config.toml.bak']);
});
