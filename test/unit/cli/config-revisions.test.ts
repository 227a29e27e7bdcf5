import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFolder } from '../../support/folder.ts';
import { answerControl, run } from './answering-server.ts';

test('config diff compares the file with what runs, or two revisions', async (t) => {
  const folder = createFolder(t);
  const asked: unknown[] = [];
  await answerControl(t, folder, {
    diff: async (params) => {
      asked.push(params);
      return { changes: params.from ? [] : [{ key: 'logs.sync', from: 'batch', to: 'never', how: 'store' }] };
    },
  });
  assert.equal(
    (await run(folder, 'config', 'diff')).stdout,
    'logs.sync: "batch" → "never"   by a restart of the store\n',
  );
  assert.equal((await run(folder, 'config', 'diff', '3', '5')).stdout, 'no difference\n');
  assert.deepEqual(asked, [{}, { from: 3, to: 5 }]);
  for (const words of [['3'], ['3', 'x'], ['0', '1'], ['1', '2', '3']]) {
    const { code } = await run(folder, 'config', 'diff', ...words);
    assert.equal(code, 64);
  }
});

test('config rollback prints what it has changed', async (t) => {
  const folder = createFolder(t);
  await answerControl(t, folder, {
    rollback: async ({ revision }) => {
      if (revision !== 3) throw Object.assign(new Error('there is no revision 4'), { code: 'ERR_REVISION' });
      const changes = [{ key: 'logs.name', from: 'a', to: 'b', how: 'live' as const }];
      return {
        outcome: 'applied',
        revision: 8,
        changes,
        duration_ms: 1500,
        confirm_until: null,
        back_to: null,
      };
    },
  });
  const { code, stdout } = await run(folder, 'config', 'rollback', '3');
  assert.equal(stdout, 'logs.name: "a" → "b"   in place\nrevision 8 applied in 1.5 s\n');
  assert.equal(code, 0);
  const missing = await run(folder, 'config', 'rollback', '4');
  assert.deepEqual([missing.code, missing.stderr], [1, 'server: there is no revision 4\n']);
});

test('set-level and reopen tell what they did', async (t) => {
  const folder = createFolder(t);
  await answerControl(t, folder, {
    'set-level': async () => ({ from: 'info', to: 'debug' }),
    reopen: async () => ({ files: ['/var/log/server.log'] }),
  });
  assert.equal((await run(folder, 'set-level', 'DEBUG')).stdout, 'log level: info → debug\n');
  assert.equal((await run(folder, 'reopen')).stdout, 'opened /var/log/server.log anew\n');
  const { code, stderr } = await run(folder, 'set-level', 'loud');
  assert.match(stderr, /LEVEL cannot be "loud"; it can be trace, debug, info, warn, error/);
  assert.equal(code, 64);
});
