import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planReload } from '../../../src/config/reload-plan.ts';
import { describeKeys } from '../../../src/config/schema.ts';
import type { Config } from '../../../src/config/types.generated.ts';
import { loadText, scratchFolder } from '../../fixtures/config/scratch.ts';

const folder = scratchFolder();
const load = async (text: string): Promise<Config> => (await loadText(folder, text)).config;

test('nothing changed needs nothing', async () => {
  const plan = planReload(await load(''), await load(''));
  assert.deepEqual(plan.changes, []);
  assert.deepEqual(plan.needs, { live: false, workers: false, store: false });
  assert.deepEqual(plan.pendingRestart, []);
});

test('each way of reload is needed by itself', async () => {
  const needs = async (text: string) => planReload(await load(''), await load(text)).needs;
  const none = { live: false, workers: false, store: false };
  assert.deepEqual(await needs('[logging]\nlevel = "debug"\n'), { ...none, live: true });
  assert.deepEqual(await needs('[daemon]\nworkers = 2\n'), { ...none, workers: true });
  assert.deepEqual(await needs('[logs]\nfile_name = "x.log"\n'), { ...none, store: true });
  assert.deepEqual(await needs('[daemon]\npid_file = "/run/p"\n'), none);
  assert.deepEqual(await needs('[logs]\nfile_name = "x.log"\nenabled = false\nname = "x"\n'), {
    live: true,
    workers: true,
    store: true,
  });
});

test('what needs a restart keeps its running value and stays pending, the rest is taken', async () => {
  const running = await load('');
  const next = await load('[storage]\ndata_dir = "/elsewhere"\n[network]\nport = 1\n');
  const plan = planReload(running, next);
  assert.equal(plan.effective.storage.data_dir, running.storage.data_dir);
  assert.equal(plan.effective.network.port, 1);
  assert.deepEqual(plan.pendingRestart, ['storage.data_dir']);
  assert.deepEqual(
    plan.changes.map(({ key }) => key),
    ['network.port', 'storage.data_dir'],
  );

  const again = planReload(plan.effective, next);
  assert.deepEqual(again.pendingRestart, ['storage.data_dir']);
  assert.deepEqual(again.needs, { live: false, workers: false, store: false });
  assert.deepEqual(again.effective, plan.effective);
  assert.deepEqual(planReload(plan.effective, running).pendingRestart, []);
});

test('the effective configuration is frozen and shares nothing that can change', async () => {
  const { effective } = planReload(await load(''), await load('[[listeners]]\nname = "a"\nport = 1\n'));
  for (const value of [effective, effective.network, effective.listeners, effective.listeners[0]]) {
    assert.ok(Object.isFrozen(value));
  }
});

test('no key within a list waits for a restart, since its entries have no running values to keep', () => {
  const inLists = describeKeys().filter(({ key }) => key.includes('[]'));
  assert.ok(inLists.length > 0);
  assert.ok(inLists.every(({ reload }) => reload !== 'restart'));
});
