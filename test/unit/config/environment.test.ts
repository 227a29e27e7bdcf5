import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listEnvironment } from '../../../src/config/list-environment.ts';
import { describeKeys } from '../../../src/config/schema.ts';
import { loadText, problemsOf, scratchFolder } from '../../fixtures/config/scratch.ts';

const folder = scratchFolder();
const load = (env: NodeJS.ProcessEnv, text = '') => loadText(folder, text, { env });

test('text becomes what the key wants', async () => {
  const { config } = await load({
    SERVER__NETWORK__PORT: ' 9443 ',
    SERVER__TLS__ENABLED: 'Off',
    SERVER__LOGS__NAME: '007',
    SERVER__LOGGING__LEVEL: 'debug',
  });
  assert.equal(config.network.port, 9443);
  assert.equal(config.tls.enabled, false);
  assert.equal(config.logs.name, '007');
  assert.equal(config.logging.level, 'debug');
});

test('a list is given entry by entry or as JSON', async () => {
  const numbered = await load({
    SERVER__LISTENERS__0__NAME: 'a',
    SERVER__LISTENERS__0__PORT: '1',
    SERVER__LISTENERS__0__PROTOCOLS: 'http, log-frames',
    SERVER__LISTENERS__1__NAME: 'b',
    SERVER__LISTENERS__1__PORT: '2',
  });
  assert.deepEqual(
    numbered.config.listeners.map(({ name, port }) => [name, port]),
    [
      ['a', 1],
      ['b', 2],
    ],
  );
  assert.deepEqual(numbered.config.listeners[0]!.protocols, ['http', 'log-frames']);
  const whole = await load({ SERVER__LISTENERS: '[{"name":"a","port":1,"tls":false}]' });
  assert.equal(whole.config.listeners[0]!.tls, false);
});

test('an entry of the file is changed in place', async () => {
  const text = '[[listeners]]\nname = "a"\nport = 1\n';
  const { config, origins } = await load({ SERVER__LISTENERS__0__PORT: '2' }, text);
  assert.deepEqual([config.listeners[0]!.name, config.listeners[0]!.port], ['a', 2]);
  assert.equal((await origins()).get('listeners[0].port')?.layer, 'environment');
  assert.equal((await origins()).get('listeners[0].name')?.layer, 'file');
});

test('a gap in a list is an error', async () => {
  const problems = await problemsOf(load({ SERVER__LISTENERS__1__PORT: '2' }));
  assert.deepEqual(
    problems.map(({ code, file }) => [code, file]),
    [['CFG0111', 'SERVER__LISTENERS__1__PORT']],
  );
});

test('an unknown variable is an error with what was meant', async () => {
  const env = {
    SERVER__NETWROK__PORT: '1',
    SERVER__LISTENERS__0__PROT: '1',
    SERVER__X__Y: '1',
    SERVER_OTHER: '1',
  };
  const problems = await problemsOf(load(env));
  assert.deepEqual(
    new Map(problems.map(({ file, hint }) => [file, hint?.split(' ').at(-1)])),
    new Map([
      ['SERVER__LISTENERS__0__PROT', 'SERVER__LISTENERS__0__PORT?'],
      ['SERVER__NETWROK__PORT', 'SERVER__NETWORK__PORT?'],
      ['SERVER__X__Y', 'server'],
    ]),
  );
});

test('a SERVER__ variable of a planned key is an error', async () => {
  const problems = await problemsOf(load({ SERVER__STORAGE__DATABASE_URL: 'postgres://x' }));
  assert.deepEqual(
    problems.map(({ code, severity }) => [code, severity]),
    [['CFG0301', 'error']],
  );
});

test('a legacy variable of a planned key only warns', async () => {
  for (const variable of ['DATABASE_URL', 'BASE_URL', 'OORE_ADMIN_TOKEN', 'DASHBOARD_ORIGIN']) {
    const { warnings, config } = await load({ [variable]: 'hunter2' });
    assert.deepEqual(
      warnings.map(({ code, severity }) => [code, severity]),
      [['CFG0303', 'warning']],
    );
    assert.ok(!JSON.stringify([warnings, config]).includes('hunter2'));
  }
});

test('the legacy names set their keys', async () => {
  const { config, warnings } = await load({
    BIND_ADDR: '[::1]:7000',
    TORC_LOG_DIR: '/var/log/x',
    LOG_LEVEL: 'DEBUG',
  });
  assert.deepEqual([config.network.bind_address, config.network.port], ['::1', 7000]);
  assert.equal(config.logging.file, '/var/log/x/server.log');
  assert.equal(config.logging.level, 'debug');
  assert.deepEqual(warnings, []);
});

test('RUST_LOG gives the most verbose of its levels', async () => {
  for (const [value, level] of [
    ['warn', 'warn'],
    ['server=info,net=debug', 'debug'],
    ['error,server::tls=trace,x=off', 'trace'],
  ] as const) {
    assert.equal((await load({ RUST_LOG: value })).config.logging.level, level);
  }
});

test('LOG_LEVEL wins over RUST_LOG, and SERVER__ over both', async () => {
  const env: NodeJS.ProcessEnv = { RUST_LOG: 'trace', LOG_LEVEL: 'warn' };
  assert.equal((await load(env)).config.logging.level, 'warn');
  env.SERVER__LOGGING__LEVEL = 'error';
  assert.equal((await load(env)).config.logging.level, 'error');
});

test('a legacy value that means nothing is ignored with a warning', async () => {
  const { config, warnings } = await load({ LOG_LEVEL: 'chatty', BIND_ADDR: 'nonsense', RUST_LOG: 'x=y' });
  assert.equal(config.logging.level, 'info');
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['CFG0304', 'CFG0304', 'CFG0304'],
  );
});

test('every key has a variable, and every variable that is listed is known', async () => {
  const variables = listEnvironment();
  assert.equal(variables.filter(({ isLegacy }) => !isLegacy).length, describeKeys().length);
  const env = Object.fromEntries(variables.map(({ variable }) => [variable, 'x']));
  const codes = new Set((await problemsOf(load(env))).map(({ code }) => code));
  assert.ok(!codes.has('CFG0109'), [...codes].join());
});
