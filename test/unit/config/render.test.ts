import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Problem } from '../../../src/config/problem.ts';
import { renderProblems } from '../../../src/config/render.ts';
import { loadText, problemsOf, scratchFolder } from '../../fixtures/config/scratch.ts';

const folder = scratchFolder();
const file = join(folder, 'config.toml');

async function render(text: string, options: { color?: boolean; excerpts?: boolean } = {}): Promise<string> {
  const problems = await problemsOf(loadText(folder, text));
  return renderProblems(problems, {
    color: false,
    sources: new Map([[file, text]]),
    cwd: folder,
    ...options,
  });
}

test('a file that cannot be read is named once', () => {
  const problem = {
    code: 'CFG0108',
    severity: 'error',
    file: '/etc/none.toml',
    message: '/etc/none.toml does not exist',
    hint: 'check the path, or make the file',
  } as const;
  assert.equal(
    renderProblems([problem], { color: false }),
    '/etc/none.toml does not exist; check the path, or make the file\n',
  );
});

test('a problem is one line where there is no terminal', async () => {
  assert.equal(
    await render('[network]\nport   = 70000\nprot = 1\n'),
    'config.toml:2:10: network.port: 70000 is too large (at most 65535); give a number from 0 to 65535\n' +
      'config.toml:3:1: unknown key "network.prot"; did you mean "port"?\n',
  );
});

test('a problem shows its line with a mark under the place', async () => {
  assert.equal(
    await render('[network]\nprot = 9443\n', { excerpts: true }),
    'config.toml:2:1  error[CFG0102] unknown key "network.prot"\n' +
      '   2 | prot = 9443\n' +
      '     | ^^^^ did you mean "port"?\n',
  );
});

test('colour is used only where it is asked for', async () => {
  assert.ok((await render('prot = 1', { color: true })).includes('\u001b[31m'));
  assert.ok(!(await render('prot = 1', { excerpts: true })).includes('\u001b'));
});

test('the variable stands in the place of a line', async () => {
  const problems = await problemsOf(loadText(folder, '', { env: { SERVER__NETWORK__PORT: 'x' } }));
  assert.match(
    renderProblems(problems, { color: false }),
    /^SERVER__NETWORK__PORT: network\.port: "x" is text/,
  );
});

test('a file elsewhere keeps its whole name where that is shorter', async () => {
  const problems = await problemsOf(loadText(folder, 'prot = 1'));
  assert.ok(renderProblems(problems, { color: false, cwd: '/a/b/c/d/e/f/g/h' }).startsWith(`${file}:1:1: `));
});

test('a long line is cut around the place', async () => {
  const out = await render(`[logs]\nname = "${'x'.repeat(900)}"\n`, { excerpts: true });
  for (const line of out.split('\n')) assert.ok(line.length <= 130, line);
  assert.match(out, /\^{3}/);
  const far = await render(`network = { bind_address = "${' '.repeat(300)}", prot = 1 }\n`, {
    excerpts: true,
  });
  const [, source, marks] = far.split('\n');
  assert.ok(source && marks);
  for (const line of far.split('\n')) assert.ok(line.length <= 180, line);
});

test('control characters do not reach the terminal', async () => {
  for (const excerpts of [true, false]) {
    const out = await render('[logs]\nsync = "\\u001b[2J"\n"\\u001b]0;x\\u0007" = 1\n# \u202e\n', {
      excerpts,
    });
    assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  }
});

test('a secret is never shown', async () => {
  const texts = [
    '[auth]\nadmin_token = "hunter2"\n',
    '[auth]\nadmin_tokn = "hunter2"\n',
    '[auth]\nadmin-token = "hunter2"\nfoo = 1\n',
    '[auth]\nadmin_token = hunter2\n',
    '[auth]\nadmin_token = "hunter2\n',
    '[auth]\nadmin_token = """\nhunter2\nmore\n',
    '[auth]\nadmin_token = 5\nadmin_token = "hunter2"\n',
    '[auth]\nadmin_token = ["hunter2"]\n',
    '[auth]\nadmin_token = { fil = "hunter2" }\n',
    'auth = { admin_token = "hunter2", x = 1 }\n',
    'auth.admin_token = "hunter2"\nx = 1\n',
    'admin_token = "hunter2"\n',
    '[storage]\ndatabase_url = "postgres://u:hunter2@h/x"\nfoo = 1\n',
    '[storage]\ndatabase_ulr = "postgres://u:hunter2@h/x"\n',
    '[storage]\nurl = "postgres://u:hunter2@h/x"\n',
    '[network]\nport = 1\n[auth]\nadmin_token = "hunter2" x\n',
  ];
  for (const text of texts) {
    const problems = await problemsOf(loadText(folder, text));
    assert.ok(problems.length > 0, text);
    const long = await render(text, { excerpts: true });
    for (const told of [JSON.stringify(problems), long, await render(text)]) {
      assert.ok(!told.includes('hunter2'), `${text}\n${told}`);
    }
  }
  const env = {
    SERVER__AUTH__ADMIN_TOKEN: 'hunter2',
    SERVER__AUTH__ADMIN_TOKN: 'hunter2',
    OORE_ADMIN_TOKEN: 'hunter2',
  };
  const flags = { 'auth.admin_token': 'hunter2', 'auth.token': 'hunter2' };
  assert.ok(!JSON.stringify(await problemsOf(loadText(folder, '', { env, flags }))).includes('hunter2'));
});

test('a problem without a place is told without one', () => {
  const problem: Problem = { code: 'CFG0108', severity: 'warning', message: 'text' };
  assert.equal(renderProblems([problem], { color: false }), 'warning: text\n');
  assert.equal(renderProblems([problem], { color: false, excerpts: true }), 'warning[CFG0108] text\n');
});
