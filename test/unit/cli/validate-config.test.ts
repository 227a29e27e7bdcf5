import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'smol-toml';
import { createFolder } from '../../support/folder.ts';
import { runProgram } from './run-program.ts';

const GOOD = '[tls]\nauto_generate = true\n';
const BROKEN = '# my server\n[netwrk] # misspelt\nprot = 9443 # also\n\n[tls]\nauto_generate = true\n';

function folderWith(t: TestContext, toml: string): string {
  const cwd = createFolder(t);
  writeFileSync(join(cwd, 'config.toml'), toml);
  return cwd;
}

test('mistakes are told with file, line and column, a line each', (t) => {
  const cwd = folderWith(t, '[network]\nport = 70000\nmax_conections = 5\n');
  const { status, stdout, stderr } = runProgram(['validate-config'], { cwd });
  assert.equal(status, 78);
  assert.equal(stdout, '');
  assert.match(stderr, /^config\.toml:2:8: network\.port: 70000 is too large/m);
  assert.match(stderr, /^config\.toml:3:1: .*max_conections.*did you mean/m);
});

test('with colour they have the line and a mark', (t) => {
  const cwd = folderWith(t, '[network]\nport = 70000\n');
  const { stderr } = runProgram(['validate-config'], { cwd, env: { FORCE_COLOR: '1' } });
  assert.match(stderr, /port = 70000\n.*\^\^\^\^\^/);
});

test('as JSON they are data', (t) => {
  const cwd = folderWith(t, '[network]\nport = 70000\n');
  const { status, stdout } = runProgram(['validate-config', '--json'], { cwd });
  const result = JSON.parse(stdout);
  assert.equal(status, 78);
  assert.equal(result.valid, false);
  assert.equal(result.file, join(cwd, 'config.toml'));
  const { code, key, line, column } = result.problems[0];
  assert.deepEqual([code, key, line, column], ['CFG0202', 'network.port', 2, 8]);
});

test('the file can be given with and without --config', (t) => {
  const cwd = folderWith(t, GOOD);
  writeFileSync(join(cwd, 'other.toml'), GOOD);
  assert.equal(runProgram(['validate-config', 'other.toml'], { cwd }).stdout, 'other.toml: OK\n');
  assert.equal(runProgram(['validate-config', '-c', 'other.toml'], { cwd }).stdout, 'other.toml: OK\n');
  assert.equal(runProgram(['validate-config'], { cwd }).stdout, 'config.toml: OK\n');
});

test('without any file the defaults are checked', (t) => {
  const { stdout, status } = runProgram(['validate-config'], { cwd: createFolder(t) });
  assert.equal(stdout, 'defaults and environment: OK\n');
  assert.equal(status, 0);
});

test('--offline leaves out what depends on the machine', (t) => {
  const cwd = folderWith(t, '[tls]\ncert_file = "/no/such.crt"\nkey_file = "/no/such.key"\n');
  const online = runProgram(['validate-config'], { cwd });
  assert.equal(online.status, 78);
  assert.match(online.stderr, /such\.crt/);
  assert.equal(runProgram(['validate-config', '--offline'], { cwd }).status, 0);
});

test('a warning does not make it invalid', (t) => {
  const cwd = folderWith(t, '[network]\nbind_address = "0.0.0.0"\n[tls]\nenabled = false\n');
  const { status, stdout, stderr } = runProgram(['validate-config'], { cwd });
  assert.equal(status, 0);
  assert.equal(stdout, 'config.toml: OK\n');
  assert.match(stderr, /warning: /);
});

test('--print prints the whole configuration as TOML that is valid again', (t) => {
  const cwd = folderWith(t, `${GOOD}[[listeners]]\nname = "logs"\nport = 9020\ntls = false\n`);
  const { stdout, stderr } = runProgram(['validate-config', '--print', '-p', '9443'], { cwd });
  assert.equal(stderr, '');
  const tree = parse(stdout) as { network: { port: number }; listeners: { name: string }[] };
  assert.equal(tree.network.port, 9443);
  assert.equal(tree.listeners[0]?.name, 'logs');
  writeFileSync(join(cwd, 'printed.toml'), stdout);
  assert.equal(runProgram(['validate-config', 'printed.toml'], { cwd }).stdout, 'printed.toml: OK\n');
  const json = JSON.parse(runProgram(['validate-config', '--print', '--json', '-p', '9443'], { cwd }).stdout);
  assert.equal(json.config.network.port, 9443);
});

test('--fix corrects misspelt keys, keeps the comments and the old file', (t) => {
  const cwd = folderWith(t, BROKEN);
  const { status, stdout, stderr } = runProgram(['validate-config', '--fix'], { cwd });
  assert.equal(status, 0, stderr);
  assert.match(stderr, /line 2: "netwrk" is now "network"\nline 3: "prot" is now "port"/);
  assert.equal(stdout, 'config.toml: OK\n');
  const expected = BROKEN.replace('netwrk', 'network').replace('prot', 'port');
  assert.equal(readFileSync(join(cwd, 'config.toml'), 'utf8'), expected);
  assert.equal(readFileSync(join(cwd, 'config.toml.bak'), 'utf8'), BROKEN);
});

test('--fix leaves a file without misspelt keys alone', (t) => {
  const cwd = folderWith(t, GOOD);
  assert.equal(runProgram(['validate-config', '--fix'], { cwd }).status, 0);
  assert.deepEqual(readdirSync(cwd), ['config.toml']);
});
