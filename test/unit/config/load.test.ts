import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigError } from '../../../src/config/config-error.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { loadText, problemsOf, scratchFolder } from '../../fixtures/config/scratch.ts';

const folder = scratchFolder();
const empty = scratchFolder();
const nowhere = { env: { HOME: empty }, cwd: empty };

test('an empty file gives every default', async () => {
  const { config } = await loadText(folder, '');
  assert.equal(config.network.port, 8443);
  assert.equal(config.network.bind_address, '127.0.0.1');
  assert.equal(config.tls.auto_generate, false);
  assert.deepEqual(config.listeners, []);
  assert.equal(config.logs.sync_interval_ms, 1000);
});

test('each layer wins over those before it', async () => {
  const envFile = join(folder, 'server.env');
  writeFileSync(envFile, 'SERVER__NETWORK__PORT=3\nSERVER__LOGS__NAME=env-file\n');
  const text = '[network]\nport = 2\n[logs]\nname = "file"\n[logging]\nlevel = "warn"\n';
  const port = async (options: object) => (await loadText(folder, text, options)).config.network.port;
  const env = { SERVER__NETWORK__PORT: '4' };
  assert.equal(await port({}), 2);
  assert.equal(await port({ envFile }), 3);
  assert.equal(await port({ envFile, env }), 4);
  assert.equal(await port({ envFile, env, flags: { 'network.port': '5' } }), 5);

  const loaded = await loadText(folder, text, { envFile, env, flags: { 'network.max_connections': 9 } });
  const origins = await loaded.origins();
  const file = join(folder, 'config.toml');
  assert.deepEqual(origins.get('daemon.workers'), { layer: 'default' });
  assert.deepEqual(origins.get('logging.level'), { layer: 'file', at: `${file}:6:9` });
  assert.deepEqual(origins.get('logs.name'), { layer: 'env-file', at: 'SERVER__LOGS__NAME' });
  assert.deepEqual(origins.get('network.port'), { layer: 'environment', at: 'SERVER__NETWORK__PORT' });
  assert.deepEqual(origins.get('network.max_connections'), {
    layer: 'flag',
    at: '--set network.max_connections',
  });
});

test('the file is found by option, variable, folder and XDG place, in this order', async () => {
  const at = (name: string) => join(folder, 'search', name);
  for (const name of ['option.toml', 'variable.toml', 'cwd/config.toml', 'xdg/millrace/config.toml']) {
    mkdirSync(join(at(name), '..'), { recursive: true });
    writeFileSync(at(name), '');
  }
  const env = { XDG_CONFIG_HOME: at('xdg') };
  const named = { ...env, SERVER_CONFIG: at('variable.toml') };
  const found = async (options: object) => (await loadConfig(options)).file;
  assert.equal(await found({ file: 'option.toml', env: named, cwd: at('.') }), at('option.toml'));
  assert.equal(await found({ env: named, cwd: at('cwd') }), at('variable.toml'));
  assert.equal(await found({ env, cwd: at('cwd') }), at('cwd/config.toml'));
  assert.equal(await found({ env, cwd: at('.') }), at('xdg/millrace/config.toml'));
});

test('without any file a certificate is made, and the origin says why', async (t) => {
  const { config, file, source, hash, originOf } = await loadConfig(nowhere);
  if (file === '/etc/millrace/config.toml') return t.skip('this machine has a configuration of its own');
  assert.equal(config.tls.auto_generate, true);
  assert.equal(originOf(['tls', 'auto_generate']).layer, 'built-in');
  assert.deepEqual([file, source, hash], [undefined, '', '']);
});

test('a file that was named and does not exist is an error', async () => {
  for (const options of [{ file: 'no.toml' }, { env: { SERVER_CONFIG: 'no.toml' } }]) {
    const [problem] = await problemsOf(loadConfig({ ...nowhere, ...options }));
    assert.equal(problem?.code, 'CFG0108');
    assert.match(problem?.message ?? '', /no\.toml does not exist/);
  }
});

test('an environment file that does not exist is an error', async () => {
  const problems = await problemsOf(loadText(folder, '', { env: { SERVER_ENV_FILE: '/no/such.env' } }));
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['CFG0113'],
  );
});

test('the environment file is named by option, SERVER_ENV_FILE or the legacy name', async () => {
  const file = join(folder, 'port.env');
  writeFileSync(file, '# comment\nexport SERVER__NETWORK__PORT="7"\n');
  for (const options of [
    { envFile: file },
    { env: { SERVER_ENV_FILE: file } },
    { env: { OORE_ENV_FILE: file } },
  ]) {
    assert.equal((await loadText(folder, '', options)).config.network.port, 7);
  }
});

test('relative paths start from the folder of the file', async () => {
  const { config } = await loadText(folder, '[tls]\ncert_file = "a.crt"\nkey_file = "/b.key"\n', {
    cwd: '/',
  });
  assert.equal(config.tls.cert_file, join(folder, 'a.crt'));
  assert.equal(config.tls.key_file, '/b.key');
  assert.equal(config.storage.data_dir, join(folder, 'data'));
  assert.equal(config.tls.ca_file, '');
});

test('relative paths start from the working folder where one is set', async () => {
  const { config } = await loadText(folder, '[daemon]\nworking_dir = "work"\n', { cwd: '/' });
  assert.equal(config.daemon.working_dir, join(folder, 'work'));
  assert.equal(config.storage.data_dir, join(folder, 'work', 'data'));
  assert.equal(config.daemon.pid_file, join(folder, 'work', 'server.pid'));
});

test('a path on the command line starts from the current folder', async () => {
  const flags = { 'storage.data_dir': 'd' };
  const { config } = await loadText(folder, '[daemon]\nworking_dir = "/elsewhere"\n', {
    cwd: '/here',
    flags,
  });
  assert.equal(config.storage.data_dir, '/here/d');
  assert.equal(config.daemon.pid_file, '/elsewhere/server.pid');
});

test('the configuration is frozen all the way down and made of plain objects', async () => {
  const { config } = await loadText(folder, '[[listeners]]\nname = "a"\nport = 1\nprotocols = ["http"]\n');
  for (const value of [
    config,
    config.network,
    config.listeners,
    config.listeners[0],
    config.listeners[0]!.protocols,
  ]) {
    assert.ok(Object.isFrozen(value));
  }
  assert.equal(Object.getPrototypeOf(config.listeners[0]), Object.prototype);
  assert.equal(config.listeners[0]!.tls, true);
  assert.equal(config.listeners[0]!.bind_address, '127.0.0.1');
});

test('the hash is that of the bytes of the file', async () => {
  const text = '# ä\n[network]\nport = 1\n';
  const { hash, source } = await loadText(folder, text);
  assert.equal(hash, createHash('sha256').update(text).digest('hex'));
  assert.equal(source, text);
});

test('a text stands for what the file holds; places, paths and messages are those of the file', async () => {
  const text = '[storage]\ndata_dir = "d"\n';
  writeFileSync(join(folder, 'config.toml'), 'not = read');
  const options = { file: join(folder, 'config.toml'), env: {}, cwd: '/' };
  const { config, file, source, hash } = await loadConfig({ ...options, text });
  assert.equal(config.storage.data_dir, join(folder, 'd'));
  assert.deepEqual([file, source], [options.file, text]);
  assert.equal(hash, createHash('sha256').update(text).digest('hex'));
  const [problem] = await problemsOf(loadConfig({ ...options, text: '\n[network]\nport = -1\n' }));
  assert.deepEqual([problem?.file, problem?.line, problem?.key], [options.file, 3, 'network.port']);
  const gone = await loadConfig({ ...options, file: join(folder, 'gone.toml'), text: '' });
  assert.equal(gone.config.tls.auto_generate, false);
});

test('a file of null means that none is looked for', async () => {
  writeFileSync(join(folder, 'config.toml'), '[network]\nport = 1\n');
  const loaded = await loadConfig({ file: null, text: '', env: {}, cwd: folder });
  assert.deepEqual([loaded.file, loaded.source, loaded.hash], [undefined, '', '']);
  assert.equal(loaded.config.network.port, 8443);
  assert.equal(loaded.config.tls.auto_generate, true);
});

test('the error names the first mistake and counts the others', async () => {
  await assert.rejects(loadText(folder, '[network]\nport = 70000\nprot = 1\n'), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.equal(error.code, 'ERR_CONFIG_INVALID');
    assert.match(error.message, /network\.port: 70000 is too large \(at most 65535\) \(and 1 more\)/);
    return true;
  });
});

test('mistakes of the file, the environment and the flags are told together', async () => {
  const problems = await problemsOf(
    loadText(folder, '[network]\nport = 70000\n', {
      env: { SERVER__NETWORK__PROT: '1', SERVER__DAEMON__WORKERS: 'many' },
      flags: { 'logs.formt': 'x', 'logs.backup_count': -1 },
      flagNames: { 'logs.backup_count': '--backups' },
    }),
  );
  const told = problems.map(({ code, file, key }) => [code, key ?? file]);
  assert.deepEqual(told.sort(), [
    ['CFG0109', 'SERVER__NETWORK__PROT'],
    ['CFG0110', 'logs.formt'],
    ['CFG0201', 'daemon.workers'],
    ['CFG0202', 'logs.backup_count'],
    ['CFG0202', 'network.port'],
  ]);
  assert.equal(problems.find(({ key }) => key === 'logs.backup_count')?.file, '--backups');
});

test('a key of the file that the environment corrects is no mistake', async () => {
  const env = { SERVER__NETWORK__PORT: '1' };
  assert.equal((await loadText(folder, '[network]\nport = 70000\n', { env })).config.network.port, 1);
});

test('the parser that keeps places is not loaded for a good file', async () => {
  const { spawnSync } = await import('node:child_process');
  const load = new URL('../../../src/config/load.ts', import.meta.url).href;
  const script = `
    import { registerHooks } from 'node:module';
    const seen = [];
    registerHooks({ resolve(name, context, next) { seen.push(name); return next(name, context); } });
    const { loadConfig } = await import(${JSON.stringify(load)});
    await loadConfig({ file: ${JSON.stringify(join(folder, 'good.toml'))}, env: {} });
    console.log(JSON.stringify(seen));`;
  writeFileSync(join(folder, 'good.toml'), '[network]\nport = 1\n');
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  assert.ok(stdout, stderr);
  const seen: string[] = JSON.parse(stdout);
  assert.ok(seen.includes('smol-toml'));
  assert.ok(!seen.some((name) => /toml-eslint-parser|^ajv/.test(name)));
});
