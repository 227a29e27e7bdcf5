import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { findCommand } from '../../../src/cli/find-command.ts';
import { COMMON_FLAGS, type FlagTable } from '../../../src/cli/flags.ts';
import { aliasesOf } from '../../../src/cli/match-flag.ts';
import { parseArguments } from '../../../src/cli/parse-arguments.ts';
import { createFolder } from '../../support/folder.ts';
import { runProgram } from './run-program.ts';

for (const { name, summary, examples, load } of COMMANDS) {
  test(`"server ${name} --help" has usage, flags and examples, and asks for nothing else`, (t) => {
    const cwd = createFolder(t);
    const { status, stdout, stderr } = runProgram([...name.split(' '), '--help', '--bogus'], { cwd });
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.ok(stdout.includes(`Usage: server ${name} [flags]`));
    for (const flag of ['--config FILE', '--json', '--help', '--version'])
      assert.ok(stdout.includes(flag), flag);
    for (const [line] of examples) assert.ok(stdout.includes(line), line);
    assert.ok(stdout.split('\n').every((line) => line.length <= 100 || line.includes(name)));
    assert.deepEqual([existsSync(`${cwd}/config.toml`), existsSync(`${cwd}/data`)], [false, false]);
  });

  test(`the examples of "server ${name}" are command lines that it takes`, async () => {
    assert.ok(summary.length <= 60, summary);
    assert.ok(examples.length > 0);
    const { args } = await load();
    for (const [line] of examples) {
      const words = line
        .replace(/ [|>].*/, '')
        .match(/"[^"]*"|\S+/g)!
        .slice(1)
        .map((word) => word.replaceAll('"', ''));
      const { name: found, rest } = findCommand(words);
      assert.equal(found, name);
      parseArguments(rest, { ...COMMON_FLAGS, ...(args as FlagTable) });
    }
  });

  test(`no two flags of "server ${name}" share a letter, and each is described`, async () => {
    const { args } = await load();
    const table: FlagTable = { ...COMMON_FLAGS, ...(args as FlagTable) };
    const letters = Object.values(table).flatMap(aliasesOf);
    assert.deepEqual(letters, [...new Set(letters)]);
    for (const [flag, { description }] of Object.entries(table)) assert.ok(description, flag);
  });
}

test('the overview lists every verb, however it is asked for', (t) => {
  const cwd = createFolder(t);
  const { stdout } = runProgram(['--help'], { cwd });
  for (const { name, summary } of COMMANDS)
    assert.match(stdout, new RegExp(`^  ${name} +${escapePattern(summary)}$`, 'm'));
  for (const line of ['help', '-h', '-c x.toml --help']) {
    assert.equal(runProgram(line.split(' '), { cwd }).stdout, stdout);
  }
});

test('"server help stop" is "server stop --help"', (t) => {
  const cwd = createFolder(t);
  const { stdout } = runProgram(['stop', '--help'], { cwd });
  assert.equal(runProgram(['help', 'stop'], { cwd }).stdout, stdout);
});

test('a word that begins several verbs has help of its own', (t) => {
  const { stdout, status } = runProgram(['config', '--help'], { cwd: createFolder(t) });
  assert.match(stdout, /config explain/);
  assert.doesNotMatch(stdout, /generate-config/);
  assert.equal(status, 0);
});

test('help has no colour in a pipe, and has it where it is forced', (t) => {
  const cwd = createFolder(t);
  assert.ok(!runProgram(['--help'], { cwd }).stdout.includes('\u001b'));
  assert.ok(runProgram(['--help'], { cwd, env: { FORCE_COLOR: '1' } }).stdout.includes('\u001b[1mUsage:'));
  assert.ok(!runProgram(['--help'], { cwd, env: { FORCE_COLOR: '0' } }).stdout.includes('\u001b'));
});

test('help shows what holds without a flag', (t) => {
  const { stdout } = runProgram(['run', '--help'], { cwd: createFolder(t) });
  assert.match(stdout, /--port PORT +The universal port \(default: 8443\)/);
});

function escapePattern(text: string): string {
  return text.replace(/[()[\].*+?]/g, '\\$&');
}
