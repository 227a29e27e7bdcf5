import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCommand } from '../../../src/cli/find-command.ts';

const FOUND: readonly (readonly [string[], string, string[]])[] = [
  [[], 'run', []],
  [['--port', '1'], 'run', ['--port', '1']],
  [['run'], 'run', []],
  [['-c', 'status', 'stop'], 'stop', ['-c', 'status']],
  [['--config=x', 'status', '--json'], 'status', ['--config=x', '--json']],
  [['--name', 'run', 'validate-config'], 'validate-config', ['--name', 'run']],
  [['config', 'show'], 'config show', []],
  [['config', '-c', 'x', 'show', '--json'], 'config show', ['-c', 'x', '--json']],
  [['-c', 'x', 'config', 'explain', 'logs'], 'config explain', ['-c', 'x', 'logs']],
  [['--to', 'host:1', 'send', 'hello'], 'send', ['--to', 'host:1', 'hello']],
  [['send', 'stop'], 'send', ['stop']],
  [['--generate-config'], 'generate-config', []],
  [['--generate_config', '-o', '-'], 'generate-config', ['-o', '-']],
  [['--', 'stop'], 'run', ['--', 'stop']],
];

for (const [args, name, rest] of FOUND) {
  test(`"server ${args.join(' ')}" is the verb ${name}`, () => {
    const found = findCommand(args);
    assert.equal(found.command?.name, name);
    assert.equal(found.name, name);
    assert.deepEqual(found.rest, rest);
  });
}

test('a word that begins several verbs is found without one of them', () => {
  const found = findCommand(['config', '--json']);
  assert.equal(found.command, undefined);
  assert.equal(found.name, 'config');
});

for (const [args, message] of [
  [['strat'], /unknown command "strat"; did you mean "start"\?/],
  [['config', 'shwo'], /unknown command "shwo"; did you mean "show"\?/],
  [['xyzzy'], /unknown command "xyzzy"$/],
  [['--json-logs', 'yes'], /unknown command "yes"/],
] as const) {
  test(`"server ${args.join(' ')}" is refused`, () => {
    assert.throws(() => findCommand(args), { name: 'UsageError', message });
  });
}
