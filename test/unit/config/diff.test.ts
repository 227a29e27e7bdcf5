import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffConfigs } from '../../../src/config/diff.ts';
import { describeKeys } from '../../../src/config/schema.ts';
import type { Config } from '../../../src/config/types.generated.ts';
import { loadText, scratchFolder } from '../../fixtures/config/scratch.ts';

const folder = scratchFolder();
const load = async (text: string): Promise<Config> => (await loadText(folder, text)).config;
const diffTexts = async (from: string, to: string) => diffConfigs(await load(from), await load(to));

test('a configuration does not differ from itself', async () => {
  assert.deepEqual(await diffTexts('[network]\nport = 1\n', '[network]\nport = 1 # the same\n'), []);
});

test('each key is one change with both values and its way of reload, in the order of the schema', async () => {
  const changes = await diffTexts(
    '[logs]\nformat = "plain"\n',
    '[daemon]\nmax_restarts = 7\npid_file = "/run/p"\n[logs]\nfile_name = "x.log"\n[network]\nport = 1\n',
  );
  assert.deepEqual(changes, [
    { key: 'network.port', from: 8443, to: 1, how: 'workers' },
    { key: 'logs.file_name', from: '_main.log', to: 'x.log', how: 'store' },
    { key: 'logs.format', from: 'plain', to: 'fixed', how: 'workers' },
    { key: 'daemon.pid_file', from: `${folder}/server.pid`, to: '/run/p', how: 'restart' },
    { key: 'daemon.max_restarts', from: 5, to: 7, how: 'live' },
  ]);
});

test('listeners are compared by name, whatever their order', async () => {
  const logs = '[[listeners]]\nname = "logs"\nport = 1\nprotocols = ["log-frames"]\n';
  const http = '[[listeners]]\nname = "http"\nport = 2\n';
  assert.deepEqual(await diffTexts(logs + http, http + logs), []);
  const moved = logs.replace('port = 1', 'port = 3').replace('"log-frames"', '"http"');
  assert.deepEqual(await diffTexts(logs + http, http + moved), [
    { key: 'listeners.logs.port', from: 1, to: 3, how: 'workers' },
    { key: 'listeners.logs.protocols', from: ['log-frames'], to: ['http'], how: 'workers' },
  ]);
});

test('a listener that is new or gone is one change', async () => {
  const logs = '[[listeners]]\nname = "logs"\nport = 1\n';
  const table = { name: 'logs', port: 1, bind_address: '127.0.0.1', path: '', tls: true, protocols: [] };
  const change = { key: 'listeners.logs', how: 'workers' };
  assert.deepEqual(await diffTexts('', logs), [{ ...change, from: null, to: table }]);
  assert.deepEqual(await diffTexts(logs, ''), [{ ...change, from: table, to: null }]);
  const renamed = await diffTexts(logs, logs.replace('"logs"', '"lines"'));
  assert.deepEqual(
    renamed.map(({ key }) => key),
    ['listeners.logs', 'listeners.lines'],
  );
});

test('a secret that differs is told, and never shown', async () => {
  const running = await load('');
  const withToken = (admin_token: string): Config => ({
    ...running,
    auth: { ...running.auth, admin_token },
  });
  const key = { key: 'auth.admin_token', how: 'live' };
  assert.deepEqual(diffConfigs(withToken('one'), withToken('one')), []);
  assert.deepEqual(diffConfigs(withToken('one'), withToken('two')), [{ ...key, from: '***', to: '***' }]);
  assert.deepEqual(diffConfigs(withToken(''), withToken('two')), [{ ...key, from: '', to: '***' }]);
});

test('no key is left out', async () => {
  const running = await load('[[listeners]]\nname = "logs"\nport = 1\n');
  for (const { key, section, name } of describeKeys()) {
    if (key === 'listeners[].name') continue;
    const next = structuredClone(running) as unknown as Record<string, never>;
    const table: Record<string, unknown> = section === 'listeners' ? next[section]![0]! : next[section]!;
    table[name] = 'something else';
    assert.deepEqual(
      diffConfigs(running, next as unknown as Config).map((change) => change.key),
      [key.replace('[]', '.logs')],
    );
  }
});
