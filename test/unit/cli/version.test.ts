import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createFolder } from '../../support/folder.ts';
import { runProgram } from './run-program.ts';

const PACKAGE = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

for (const line of ['version', '--version', '-V', 'run --version', '-V stop --force']) {
  test(`"server ${line}" prints the version`, (t) => {
    const { stdout, status } = runProgram(line.split(' '), { cwd: createFolder(t) });
    assert.equal(stdout, `millrace ${PACKAGE.version} (node ${process.version})\n`);
    assert.equal(status, 0);
  });
}

test('the version is data with --json', (t) => {
  const cwd = createFolder(t);
  for (const args of [
    ['version', '--json'],
    ['--json', '--version'],
  ]) {
    const { version, node } = JSON.parse(runProgram(args, { cwd }).stdout);
    assert.deepEqual([version, node], [PACKAGE.version, process.version]);
  }
});
