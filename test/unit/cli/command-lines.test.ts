import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createFolder } from '../../support/folder.ts';
import { ENTRY, runProgram } from './run-program.ts';

/** Command line, exit code, and what stderr says. */
const LINES: readonly (readonly [string, number, RegExp])[] = [
  ['strat', 64, /^server: unknown command "strat"; did you mean "start"\?\nTry "server --help"\.\n$/],
  ['run --prot 1', 64, /^server: unknown flag --prot; did you mean --port\?\nTry "server run --help"\.\n$/],
  ['--prot 1', 64, /unknown flag --prot/],
  ['run --port', 64, /--port needs a value/],
  ['run --port 1 --port 2', 64, /--port is given twice/],
  ['run --port 1 --set network.port=2', 64, /--port and --set network\.port both set network\.port/],
  ['run --workers 2 --threads 3', 64, /--workers and --threads both set daemon\.workers/],
  ['run extra', 64, /unexpected argument "extra"/],
  ['run --json-logs yes', 64, /unexpected argument "yes"; --json-logs takes no value/],
  ['-d', 78, /needs a file for its log; set logging\.file/],
  ['start --timeout 5', 64, /--timeout is for --daemon/],
  ['run --grpc_port 9021', 64, /--grpc_port is not available in this version/],
  ['run --port 70000', 78, /^--port: network\.port: 70000 is too large/],
  ['run --port abc', 78, /^--port: network\.port:/],
  ['run --set netwrk.port=1', 78, /unknown key "netwrk\.port".*did you mean "network\.port"/],
  ['run --database postgres://x', 78, /^--database: storage\.database_url: .*not available in this version/],
  ['run --require-auth', 78, /^--require-auth: auth\.require_auth: .*not available in this version/],
  ['run -e missing.env', 78, /missing\.env/],
  ['run -c missing.toml', 78, /missing\.toml/],
  ['config', 64, /"config" needs another word: show, explain, schema, env, diff, history, rollback/],
  ['config shwo', 64, /unknown command "shwo"; did you mean "show"\?/],
  ['config explain', 64, /KEY is missing/],
  ['config explain network.prt', 64, /no configuration key "network\.prt"; did you mean "network\.port"\?/],
  ['config env --origin', 64, /unknown flag --origin/],
  ['status --port 1', 64, /unknown flag --port/],
  ['stop --timeout soon', 64, /--timeout needs a number of seconds; it got "soon"/],
  ['reload --confirm 0', 64, /--confirm needs a whole number from 1 to 86400; it got "0"/],
  ['reload --confirmed --dry-run', 64, /--confirmed goes alone/],
  ['reload --dry-run --confirm 5', 64, /--dry-run or --confirm, not both/],
  ['reload --timeout x', 64, /--timeout needs a number of seconds/],
  ['restart --workers 2', 64, /unexpected argument "2"; --workers takes no value/],
  ['config diff 1', 64, /give two revisions, or none/],
  ['config rollback', 64, /REVISION is missing/],
  ['config rollback x', 64, /a revision needs a whole number/],
  ['logs -n 5000', 64, /--lines needs a whole number from 0 to 1000; it got "5000"/],
  ['logs --level loud', 64, /--level cannot be "loud"/],
  ['set-level', 64, /LEVEL is missing/],
  ['top --once -n 2', 64, /--once or -n, not both/],
  ['install', 64, /"install" is not available in this version/],
  ['stop -- --force', 64, /unexpected argument "--force"/],
  ['generate-config --profile prod', 64, /--profile cannot be "prod"/],
  [
    'generate-config -o missing/config.toml',
    73,
    /cannot write missing\/config\.toml: its folder does not exist/,
  ],
  ['generate-config -o .', 73, /exists already/],
  ['validate-config a.toml -c b.toml', 64, /two files; give one/],
  ['version extra', 64, /unexpected argument "extra"/],
  ['status', 3, /^$/],
  ['stop', 3, /^$/],
  ['stop --force --timeout 1.5', 3, /^$/],
  ['validate-config', 0, /^$/],
  ['--tcp_only --log_level debug validate-config', 0, /^$/],
  ['validate-config --log_dir logs --json-logs --threads 2 --host 127.0.0.1 -p 0', 0, /^$/],
  ['config show --no-json', 0, /^$/],
  ['config schema', 0, /^$/],
  ['config env --json', 0, /^$/],
  ['version', 0, /^$/],
];

describe('a command line', { concurrency: 2 }, () => {
  for (const [line, code, stderr] of LINES) {
    test(`"server ${line}" exits with ${code}`, (t) => {
      const result = runProgram(line.split(' '), { cwd: createFolder(t) });
      assert.match(result.stderr, stderr);
      assert.equal(result.status, code);
      assert.doesNotMatch(result.stderr, /^\s+at /m, 'a stack trace');
    });
  }
});

test('a stack trace is shown to those who ask for it', (t) => {
  const cwd = createFolder(t);
  const { stderr, status } = runProgram(['strat'], { cwd, env: { MILLRACE_DEBUG: '1' } });
  assert.match(stderr, /UsageError: unknown command "strat"[\s\S]*\n +at /);
  assert.equal(status, 64);
});

test('who asked for JSON gets the error as JSON too', (t) => {
  const { stdout, status } = runProgram(['config', 'show', '--json', '-p', '70000'], {
    cwd: createFolder(t),
  });
  const { error } = JSON.parse(stdout);
  assert.equal(error.code, 'ERR_CONFIG_INVALID');
  assert.equal(error.problems[0].key, 'network.port');
  assert.equal(status, 78);
});

test('what is not running is told as JSON', (t) => {
  const { stdout, status } = runProgram(['status', '--json'], { cwd: createFolder(t) });
  assert.deepEqual(JSON.parse(stdout), { state: 'stopped' });
  assert.equal(status, 3);
});

test('a verb that only reads leaves the folder as it was', (t) => {
  const cwd = createFolder(t);
  for (const verb of [
    'status',
    'stop',
    'reload',
    'logs',
    'config history',
    'validate-config',
    'config show',
    'config env',
    'version',
    'help',
  ]) {
    runProgram(verb.split(' '), { cwd });
  }
  assert.deepEqual(readdirSync(cwd), []);
});

test('without a file the built-in certificate setting is told as such', (t) => {
  const { stdout } = runProgram(['config', 'show', '--origin'], { cwd: createFolder(t) });
  assert.match(stdout, /^tls\.auto_generate = true +# built-in/m);
  assert.match(stdout, /^network\.port = 8443 +# default$/m);
});

test('flags and environment are told as the origin of a value', (t) => {
  const cwd = createFolder(t);
  writeFileSync(join(cwd, 'config.toml'), '[network]\nport = 1\nmax_connections = 5\n');
  const env = { SERVER__LOGS__NAME: 'Env' };
  const { stdout } = runProgram(['config', 'show', '--origin', '--json', '-p', '2'], { cwd, env });
  const values = JSON.parse(stdout);
  assert.deepEqual(values['network.port'], { value: 2, layer: 'flag', at: '--port' });
  assert.deepEqual(values['logs.name'], { value: 'Env', layer: 'environment', at: 'SERVER__LOGS__NAME' });
  assert.equal(values['network.max_connections'].value, 5);
  assert.match(values['network.max_connections'].at, /config\.toml:3:/);
});

test('a reader that goes away is no failure', async (t) => {
  const child = spawn(process.execPath, [ENTRY, 'config', 'schema'], { cwd: createFolder(t) });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  assert.equal(stderr, '');
  assert.equal(code, 0);
});
