import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadPlace } from '../../../src/cli/locate-server.ts';
import { createFolder } from '../../support/folder.ts';

function fileWith(t: TestContext, toml: string): { folder: string; file: string } {
  const folder = createFolder(t);
  const file = join(folder, 'config.toml');
  writeFileSync(file, toml);
  return { folder, file };
}

test('a configuration with mistakes still says where the server is', async (t) => {
  const { folder, file } = fileWith(
    t,
    '[storage]\ndata_dir = "d"\n[daemon]\npid_file = "/run/x.pid"\nwrokers = 2\n',
  );
  const { config } = await loadPlace({ file });
  assert.equal(config.storage.data_dir, join(folder, 'd'));
  assert.equal(config.daemon.pid_file, '/run/x.pid');
});

test('defaults start from the folder of the file with mistakes', async (t) => {
  const { folder, file } = fileWith(t, 'nonsense = 1\n');
  const { config } = await loadPlace({ file });
  assert.equal(config.storage.data_dir, join(folder, 'data'));
  assert.equal(config.daemon.pid_file, join(folder, 'server.pid'));
});

test('the working folder of the file with mistakes counts', async (t) => {
  const { folder, file } = fileWith(t, 'nonsense = 1\n[daemon]\nworking_dir = "w"\n');
  const { config } = await loadPlace({ file });
  assert.equal(config.storage.data_dir, join(folder, 'w', 'data'));
});

test('a flag is stronger than the file with mistakes', async (t) => {
  const { file } = fileWith(t, 'nonsense = 1\n[storage]\ndata_dir = "d"\n');
  const { config } = await loadPlace({ file, flags: { 'storage.data_dir': '/elsewhere' } });
  assert.equal(config.storage.data_dir, '/elsewhere');
});

test('a file that is not TOML as a whole says what its good sections do', async (t) => {
  const { file } = fileWith(t, '[network\nport = 1\n[storage]\ndata_dir = "/data"\n[logs]\nformat = \n');
  assert.equal((await loadPlace({ file })).config.storage.data_dir, '/data');
  const { config } = await loadPlace({ file, flags: { 'storage.data_dir': '/elsewhere' } });
  assert.equal(config.storage.data_dir, '/elsewhere');
});
