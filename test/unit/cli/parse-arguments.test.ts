import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArgs } from 'citty';
import fc from 'fast-check';
import type { FlagTable } from '../../../src/cli/flags.ts';
import { listOccurrences } from '../../../src/cli/occurrences.ts';
import { parseArguments } from '../../../src/cli/parse-arguments.ts';

const TABLE: FlagTable = {
  port: { type: 'string', alias: 'p' },
  'log-level': { type: 'string', alias: 'l' },
  json: { type: 'boolean', alias: 'j' },
  force: { type: 'boolean', alias: 'f' },
  'no-tls': { type: 'boolean' },
  profile: { type: 'enum', options: ['default', 'production'] },
  set: { type: 'string', repeatable: true },
  daemon: { type: 'boolean', isPlanned: true },
  text: { type: 'positional', required: false },
};

const GOOD: readonly (readonly [string[], string[]])[] = [
  [[], []],
  [['--port', '1'], ['--port=1']],
  [['--port=1'], ['--port=1']],
  [['--port='], ['--port=']],
  [['-p', '1'], ['--port=1']],
  [['-p1'], ['--port=1']],
  [['-p=1'], ['--port=1']],
  [['-jf'], ['--json', '--force']],
  [
    ['-jp', '1'],
    ['--json', '--port=1'],
  ],
  [['--port', '-1'], ['--port=-1']],
  [['--port', '-'], ['--port=-']],
  [['--port=--json'], ['--port=--json']],
  [['--log_level', 'debug'], ['--log-level=debug']],
  [['--no-json'], ['--no-json']],
  [['--json=false'], ['--no-json']],
  [['--json', '--json'], ['--json']],
  [['--no-tls'], ['--noTls']],
  [['--no_tls'], ['--noTls']],
  [['--no-daemon'], ['--no-daemon']],
  [
    ['--set', 'a=1', '--set=b=2'],
    ['--set=a=1', '--set=b=2'],
  ],
  [['--profile', 'production'], ['--profile=production']],
  [
    ['hello', '--json'],
    ['--json', '--', 'hello'],
  ],
  [
    ['--', '--json'],
    ['--', '--json'],
  ],
  [['-'], ['--', '-']],
];

for (const [args, expected] of GOOD) {
  test(`"${args.join(' ')}" is read as "${expected.join(' ')}"`, () => {
    assert.deepEqual([...new Set(parseArguments(args, TABLE))], expected);
  });
}

const BAD: readonly (readonly [string[], RegExp])[] = [
  [['--prot', '1'], /unknown flag --prot; did you mean --port\?/],
  [['--xyzzy'], /unknown flag --xyzzy$/],
  [['-x'], /unknown flag -x/],
  [['-jx'], /unknown flag -x/],
  [['--port'], /--port needs a value$/],
  [['--port', '--json'], /--port needs a value; .*--port=VALUE/],
  [['-p'], /-p needs a value/],
  [['--port', '1', '--port', '2'], /--port is given twice/],
  [['--port', '1', '-p', '1'], /-p is given twice/],
  [['--json', '--no-json'], /--no-json is given twice/],
  [['--json=maybe'], /--json takes no value; it got "maybe"/],
  [['--no-json=true'], /unknown flag --no-json/],
  [['--no-port'], /unknown flag --no-port/],
  [['--profile', 'prodution'], /--profile cannot be "prodution"; did you mean "production"\?/],
  [['--profile', 'x'], /--profile cannot be "x"; it can be default, production/],
  [['--daemon'], /--daemon is not available in this version/],
  [['one', 'two'], /unexpected argument "two"; a text with spaces needs quotes/],
  [['one', '--json', 'yes'], /unexpected argument "yes"; --json takes no value/],
  [['--', 'one', 'two'], /unexpected argument "two"/],
  [['--constructor'], /unknown flag --constructor/],
];

for (const [args, message] of BAD) {
  test(`"${args.join(' ')}" is refused`, () => {
    assert.throws(() => parseArguments(args, TABLE), { name: 'UsageError', message });
  });
}

test('what a verb needs and did not get is named', () => {
  const table: FlagTable = {
    key: { type: 'positional', required: true },
    to: { type: 'string', required: true },
  };
  assert.throws(() => parseArguments(['--to', 'x'], table), { message: /KEY is missing/ });
  assert.throws(() => parseArguments(['k'], table), { message: /--to is missing/ });
});

test('citty reads every accepted command line as it was meant', () => {
  const value = fc.string({ unit: 'grapheme-ascii' });
  fc.assert(
    fc.property(
      value,
      value,
      fc.boolean(),
      fc.boolean(),
      fc.array(value),
      (port, text, json, noTls, sets) => {
        const args = [
          `--port=${port}`,
          ...(json ? ['--json'] : []),
          ...(noTls ? ['--no-tls'] : []),
          ...sets.map((set) => `--set=${set}`),
          '--',
          text,
        ];
        const rawArgs = parseArguments(args, TABLE);
        const parsed = parseArgs(rawArgs, TABLE);
        assert.equal(parsed.port, port);
        assert.equal(parsed.text, text);
        assert.equal(parsed.json ?? false, json);
        assert.equal(parsed['no-tls'] ?? false, noTls);
        const given = listOccurrences(rawArgs).filter(([name]) => name === 'set');
        assert.deepEqual(
          given.map(([, set]) => set),
          sets,
        );
      },
    ),
  );
});

test('the flags given are listed in order with their values', () => {
  const rawArgs = parseArguments(['--port', 'a=b', '--no-json', '--force', 'text'], TABLE);
  assert.deepEqual(listOccurrences(rawArgs), [
    ['port', 'a=b'],
    ['json', false],
    ['force', true],
  ]);
});
