import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { Daemon, ENTRY, runServer } from '../support/daemon.ts';
import { createFolder } from '../support/folder.ts';

const OLD_NODE = '/usr/bin/node';

test('status shows a running server to people and programs', async (t) => {
  const daemon = await Daemon.start(t);
  const { code, stdout, stderr } = await daemon.run('status');
  const { port } = await daemon.listener();
  assert.equal(stderr, '');
  assert.equal(code, 0);
  assert.match(stdout, /^state +running, ready$/m);
  assert.match(stdout, new RegExp(`^pid +${daemon.process.pid}$`, 'm'));
  assert.match(stdout, new RegExp(`^  main +127\\.0\\.0\\.1:${port} +no +all$`, 'm'));
  for (const role of ['supervisor', 'store', 'worker']) assert.match(stdout, new RegExp(`^  ${role} `, 'm'));
});

for (const flags of [[], ['--force']]) {
  test(`"server ${['stop', ...flags].join(' ')}" returns when the server is gone`, async (t) => {
    const daemon = await Daemon.start(t);
    const { code, stdout, stderr } = await daemon.run('stop', ...flags);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `stopped (pid ${daemon.process.pid})\n`);
    assert.equal(await daemon.exited, 0);
    assert.equal((await daemon.run('status')).code, 3);
    assert.equal((await daemon.run('stop')).code, 3);
  });
}

test('a server whose configuration file was broken since can still be asked and stopped', async (t) => {
  const daemon = await Daemon.start(t);
  writeFileSync(daemon.configFile, 'nonsense = true\n');
  assert.equal((await daemon.status()).ready, true);
  const { code, stderr } = await daemon.run('stop');
  assert.equal(code, 0);
  assert.match(stderr, /the configuration has mistakes/);
});

test('a wrong configuration keeps the server from starting, with every mistake', async (t) => {
  const folder = createFolder(t);
  writeFileSync(`${folder}/config.toml`, '[network]\nport = 70000\n[logs]\nformat = "xml"\n');
  const { code, stdout, stderr } = await runServer(['run'], { cwd: folder });
  assert.equal(code, 78);
  assert.equal(stdout, '');
  assert.match(stderr, /config\.toml:2:8: .*\nconfig\.toml:4:10: /);
  assert.deepEqual(readdirSync(folder), ['config.toml']);
});

const skip = whyNoOldNode();
test('a Node that is too old is told so in a line', { skip }, () => {
  const { status, stdout, stderr } = spawnSync(OLD_NODE, [ENTRY, 'run'], { encoding: 'utf8' });
  assert.match(
    stderr,
    /^millrace needs Node 24\.19 or newer \(24\.x\) or 26\.4 or newer; this is v\d+\.\d+\.\d+\n$/,
  );
  assert.equal(stdout, '');
  assert.equal(status, 1);
});

function whyNoOldNode(): string | false {
  try {
    const version = execFileSync(OLD_NODE, ['--version'], { encoding: 'utf8' }).trim();
    return Number(/^v(\d+)/.exec(version)?.[1]) < 24 ? false : `${OLD_NODE} is ${version}, not an old one`;
  } catch {
    return `there is no ${OLD_NODE}`;
  }
}
