import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFolder } from '../../support/folder.ts';
import { runProgram } from './run-program.ts';

for (const profile of ['default', 'development', 'production']) {
  test(`what generate-config writes for ${profile} is valid`, (t) => {
    const cwd = createFolder(t);
    const written = runProgram(['generate-config', '--profile', profile], { cwd });
    assert.equal(written.status, 0, written.stderr);
    assert.match(written.stdout, new RegExp(`^wrote config\\.toml \\(profile ${profile}\\)`));
    const checked = runProgram(['validate-config', '--offline'], { cwd });
    assert.equal(checked.stdout, 'config.toml: OK\n');
    assert.equal(checked.status, 0);
  });
}

test('the file is not for everybody to read', (t) => {
  const cwd = createFolder(t);
  runProgram(['generate-config'], { cwd });
  assert.equal(statSync(join(cwd, 'config.toml')).mode & 0o137, 0);
});

test('a file that exists is left as it is', (t) => {
  const cwd = createFolder(t);
  const file = join(cwd, 'config.toml');
  writeFileSync(file, '# mine\n');
  for (const args of [['generate-config'], ['--generate-config'], ['generate-config', '-o', file]]) {
    const { status, stderr } = runProgram(args, { cwd });
    assert.equal(status, 73);
    assert.match(stderr, /config\.toml exists already and was left as it is; --force replaces it/);
    assert.equal(readFileSync(file, 'utf8'), '# mine\n');
  }
  assert.deepEqual(readdirSync(cwd), ['config.toml']);
});

test('--force replaces it, keeps the old one, its mode and a symbolic link', (t) => {
  const cwd = createFolder(t);
  const real = join(cwd, 'real.toml');
  writeFileSync(real, '# mine\n');
  chmodSync(real, 0o600);
  symlinkSync('real.toml', join(cwd, 'config.toml'));
  const { status, stdout, stderr } = runProgram(['generate-config', '--force'], { cwd });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /the old one is real\.toml\.bak/);
  assert.match(readFileSync(real, 'utf8'), /^#:schema/);
  assert.equal(readFileSync(`${real}.bak`, 'utf8'), '# mine\n');
  assert.equal(statSync(real).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(cwd).sort(), ['config.toml', 'real.toml', 'real.toml.bak']);
});

test('it is written where --config or -o says', (t) => {
  const cwd = createFolder(t);
  assert.equal(runProgram(['-c', 'a.toml', 'generate-config'], { cwd }).status, 0);
  const { stdout } = runProgram(['generate-config', '-c', 'a.toml', '-o', 'b.toml'], { cwd });
  assert.match(stdout, /server run -c b\.toml/);
  assert.deepEqual(readdirSync(cwd).sort(), ['a.toml', 'b.toml']);
});

test('-o - prints it and writes nothing', (t) => {
  const cwd = createFolder(t);
  const { stdout } = runProgram(['generate-config', '-o', '-'], { cwd });
  assert.match(stdout, /^\[network\]$/m);
  const json = JSON.parse(runProgram(['generate-config', '-o', '-', '--json'], { cwd }).stdout);
  assert.deepEqual(json, { profile: 'default', text: stdout });
  assert.deepEqual(readdirSync(cwd), []);
});

test('as JSON it tells the file and what was there', (t) => {
  const cwd = createFolder(t);
  const file = join(cwd, 'config.toml');
  const json = (...args: string[]) =>
    JSON.parse(runProgram(['generate-config', '--json', ...args], { cwd }).stdout);
  assert.deepEqual(json(), { file, profile: 'default', backup: null });
  assert.deepEqual(json('--force'), { file, profile: 'default', backup: `${file}.bak` });
});
