import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ConfigError } from '../../../src/config/config-error.ts';
import type { Change } from '../../../src/config/diff.ts';
import type { ReloadResult } from '../../../src/supervisor/control-api.ts';
import type { ControlMethods } from '../../../src/supervisor/control-server.ts';
import { createFolder } from '../../support/folder.ts';
import { answerControl, run, startProcess } from './answering-server.ts';

const CHANGES: readonly Change[] = [
  { key: 'network.port', from: 8443, to: 9443, how: 'workers' },
  { key: 'logging.level', from: 'info', to: 'debug', how: 'live' },
];
const APPLIED: ReloadResult = {
  outcome: 'applied',
  revision: 7,
  changes: CHANGES,
  duration_ms: 312,
  confirm_until: null,
  back_to: null,
};

async function startServer(t: TestContext, methods: ControlMethods): Promise<string> {
  const folder = createFolder(t);
  await answerControl(t, folder, methods);
  return folder;
}

test('reload prints each changed key and what came of it', async (t) => {
  const folder = await startServer(t, { reload: async () => APPLIED });
  const { code, stdout, stderr } = await run(folder, 'reload');
  assert.equal(stderr, '');
  assert.equal(
    stdout,
    'network.port: 8443 → 9443         by new workers\nlogging.level: "info" → "debug"   in place\nrevision 7 applied in 312 ms\n',
  );
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse((await run(folder, 'reload', '--json')).stdout), APPLIED);
});

test('the flags of reload reach the server', async (t) => {
  const asked: unknown[] = [];
  const folder = await startServer(t, {
    reload: async (params) => {
      asked.push(params);
      return { ...APPLIED, outcome: params.dry_run ? 'planned' : 'applied', confirm_until: 'soon' };
    },
    confirm: async () => ({ revision: 7 }),
  });
  assert.match((await run(folder, 'reload', '--dry-run')).stdout, /^this would be revision 8$/m);
  assert.match(
    (await run(folder, 'reload', '--confirm', '60')).stdout,
    /^revision 7 is on trial: it goes back at soon unless you type: .*server reload --confirmed$/m,
  );
  assert.equal((await run(folder, 'reload', '--confirmed')).stdout, 'revision 7 stays\n');
  assert.deepEqual(asked, [{ dry_run: true }, { confirm_secs: 60 }]);
});

test('a refused configuration is told as validate-config tells it, with exit code 78', async (t) => {
  const problem = {
    code: 'CFG0102',
    severity: 'error',
    key: 'network.prot',
    message: 'unknown key "network.prot"',
    hint: 'did you mean "port"?',
    file: '/etc/millrace/config.toml',
    line: 2,
    column: 1,
  } as const;
  const folder = await startServer(t, { reload: () => Promise.reject(new ConfigError([problem])) });
  // The file that the verb itself looks at may have mistakes as well; they are not told twice.
  writeFileSync(join(folder, 'config.toml'), 'nonsense = 1\n');
  const { code, stdout, stderr } = await run(folder, 'reload');
  assert.equal(stdout, '');
  assert.equal(
    stderr,
    '/etc/millrace/config.toml:2:1: unknown key "network.prot"; did you mean "port"?\nthe server runs as before\n',
  );
  assert.equal(code, 78);
  const { error } = JSON.parse((await run(folder, 'reload', '--json')).stdout);
  assert.deepEqual([error.code, error.problems], ['ERR_CONFIG_INVALID', [problem]]);
});

test('a reload that failed is told with the reason, and that nothing has changed', async (t) => {
  const error = Object.assign(new Error('cannot listen on 127.0.0.1:1'), { code: 'ERR_RELOAD_FAILED' });
  const folder = await startServer(t, { reload: () => Promise.reject(error) });
  const { code, stderr } = await run(folder, 'reload');
  assert.equal(stderr, 'server: cannot listen on 127.0.0.1:1\nthe server runs as before\n');
  assert.equal(code, 78);
});

test('a confirmation without a trial is a failure, and none of the configuration', async (t) => {
  const error = Object.assign(new Error('nothing is on trial'), { code: 'ERR_NOTHING_TO_CONFIRM' });
  const folder = await startServer(t, { confirm: () => Promise.reject(error) });
  const { code, stderr } = await run(folder, 'reload', '--confirmed');
  assert.deepEqual([code, stderr], [1, 'server: nothing is on trial\n']);
});

test('without its control socket the server of the PID file gets SIGHUP', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, `process.on('SIGHUP', () => process.exit(6))`);
  const exited = once(child, 'exit');
  const { code, stdout } = await run(folder, 'reload');
  assert.match(stdout, new RegExp(`sent SIGHUP to the server \\(pid ${child.pid}\\): its log tells`));
  assert.equal(code, 0);
  assert.deepEqual(await exited, [6, null]);
});

test('what a signal cannot say is not sent by one', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, `process.on('SIGHUP', () => process.exit(6))`);
  for (const flags of [['--dry-run'], ['--confirm', '5'], ['--confirmed']]) {
    const { code, stderr } = await run(folder, 'reload', ...flags);
    assert.match(stderr, new RegExp(`pid ${child.pid}, from .*\\) but does not answer`));
    assert.equal(code, 69);
  }
  assert.equal(child.exitCode, null);
});

test('a reload that takes longer than the timeout may still be at work', async (t) => {
  const folder = await startServer(t, { reload: () => new Promise(() => {}) });
  const { code, stderr } = await run(folder, 'reload', '--timeout', '0.2');
  assert.match(stderr, /has not finished within 0\.2 s and may still be at it; see "server status"/);
  assert.equal(code, 75);
});

test('without a server nothing is reloaded', async (t) => {
  const { code, stderr } = await run(createFolder(t), 'reload');
  assert.equal(stderr, 'server: no server runs here; "server start" starts one\n');
  assert.equal(code, 69);
});
