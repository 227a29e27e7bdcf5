import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderHistory } from '../../../src/cli/config-history.ts';
import { renderChanges, renderReload } from '../../../src/cli/render-changes.ts';
import { PROGRAM_NAME } from '../../../src/process/program.ts';

test('a change says how it is applied, whatever its values are', () => {
  const text = renderChanges([
    { key: 'tls.enabled', from: true, to: false, how: 'workers' },
    { key: 'listeners.logs', from: null, to: { name: 'logs', protocols: ['\u001b'] }, how: 'workers' },
    { key: 'listeners.http', from: { port: 8080 }, to: null, how: 'workers' },
    { key: 'logs.sync', from: 'batch', to: 'never', how: 'store' },
    { key: 'daemon.pid_file', from: '/a\u001b[2J', to: '', how: 'restart' },
    { key: 'x', from: undefined, to: ['a', 1], how: 'live' },
  ]);
  assert.equal(
    text,
    `tls.enabled: true → false             by new workers
listeners.logs: new                   by new workers
  name = "logs"
  protocols = ["\\u001b"]
listeners.http: removed               by new workers
  port = 8080
logs.sync: "batch" → "never"          by a restart of the store
daemon.pid_file: "/a\\u001b[2J" → ""   needs: server restart
x: none → ["a", 1]                    in place
`,
  );
});

test('a long value is cut, and leaves the others their column', () => {
  const [long, short] = renderChanges([
    { key: 'a', from: 'x'.repeat(500), to: 'y'.repeat(500), how: 'live' },
    { key: 'b', from: 1, to: 2, how: 'live' },
  ]).split('\n') as [string, string];
  assert.ok(long.length < 200);
  assert.equal(short, 'b: 1 → 2   in place');
});

test('a reload that changed nothing says which revision runs', () => {
  const result = { revision: 6, changes: [], duration_ms: 3, confirm_until: null, back_to: null };
  assert.equal(renderReload({ ...result, outcome: 'unchanged' }), 'nothing changed (revision 6)\n');
});

test('a trial says what it goes back to, and when', () => {
  const way = `it goes back to revision 2 at 2026-11-21T11:00:00.000Z unless you type: ${PROGRAM_NAME} reload --confirmed\n`;
  const trial = {
    revision: 3,
    changes: [],
    duration_ms: 3,
    confirm_until: '2026-11-21T11:00:00.000Z',
    back_to: 2,
  };
  const lasting = { ...trial, confirm_until: null, back_to: null };
  assert.equal(
    renderReload({ ...trial, outcome: 'applied' }, { isForTrial: true }),
    `revision 3 applied in 3 ms\nrevision 3 is on trial: ${way}`,
  );
  assert.equal(
    renderReload({ ...trial, outcome: 'unchanged' }, { isForTrial: true }),
    `revision 3 (applied before) is on trial now: ${way}`,
  );
  assert.equal(
    renderReload({ ...trial, outcome: 'unchanged' }),
    `nothing changed (revision 3)\nrevision 3 is on trial: ${way}`,
  );
  assert.equal(
    renderReload({ ...lasting, outcome: 'unchanged' }, { isForTrial: true }),
    'nothing is on trial: nothing has changed since revision 3\n',
  );
});

test('the history has a row for each revision and marks the one that runs', () => {
  const facts = { at: '2026-11-21T10:00:00.000Z', hash: 'abcdef0123456789', file: '/c.toml' };
  assert.equal(
    renderHistory([
      { ...facts, revision: 9, by: 'start', is_running: false, hash: '' },
      { ...facts, revision: 10, by: 'rollback to 9', is_running: true },
    ]),
    `revision  when                      by             hash
9         2026-11-21T10:00:00.000Z  start          no file
10        2026-11-21T10:00:00.000Z  rollback to 9  abcdef012345  running
`,
  );
});
