import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { MISTAKES } from '../../fixtures/config/mistakes.ts';
import { loadText, problemsOf, scratchFolder } from '../../fixtures/config/scratch.ts';

const folder = scratchFolder();

for (const { name, text, code, line, column, hint } of MISTAKES) {
  test(`${name} is told with its place and a remedy`, async () => {
    const [problem, ...more] = await problemsOf(loadText(folder, text));
    assert.deepEqual(more, []);
    assert.deepEqual(
      { code: problem?.code, line: problem?.line, column: problem?.column, file: problem?.file },
      { code, line, column, file: join(folder, 'config.toml') },
    );
    assert.match(problem?.hint ?? '', hint);
  });
}

test('all mistakes of a file are told at once, by line', async () => {
  const text = '[network]\nprot = 1\nport = 70000\n[tls]\nenabled = 3\n[[listeners]]\nport = "x"\n';
  const problems = await problemsOf(loadText(folder, text));
  assert.deepEqual(
    problems.map(({ code, line }) => [code, line]),
    [
      ['CFG0102', 2],
      ['CFG0202', 3],
      ['CFG0201', 5],
      ['CFG0206', 6],
      ['CFG0201', 7],
    ],
  );
});

test('a byte that is not UTF-8 is told with its place', async () => {
  const { parseDocument } = await import('../../../src/config/parse.ts');
  const bytes = Buffer.concat([Buffer.from('[logs]\nname = "'), Buffer.from([0xff]), Buffer.from('"')]);
  const [problem] = parseDocument(bytes, 'x').problems;
  assert.deepEqual([problem?.code, problem?.line, problem?.column], ['CFG0105', 2, 9]);
});

test('a byte order mark and CRLF do not move the places', async () => {
  const problems = await problemsOf(loadText(folder, '\ufeff[network]\r\nport = 70000\r\n'));
  assert.deepEqual(
    problems.map(({ line, column }) => [line, column]),
    [[2, 8]],
  );
});
