import type { CommandDef } from 'citty';
import { parseKey } from '../config/key-path.ts';
import { findSchema } from '../config/schema.ts';
import { type Command, GROUPS } from './commands.ts';
import { verbsBelow } from './find-command.ts';
import { COMMON_FLAGS, type Flag, type FlagTable } from './flags.ts';
import { aliasesOf } from './match-flag.ts';
import { positionalsOf } from './parse-arguments.ts';
import { wrapText } from './table.ts';
import { hasColor, paint } from './terminal.ts';

const WIDTH_MAX = 100;
const INDENT = '  ';

type Row = readonly [label: string, text: string];

/** The help of one verb. */
// biome-ignore lint/suspicious/noExplicitAny: each verb has arguments of its own
export function printHelp(command: Command, definition: CommandDef<any>, table: FlagTable): void {
  const meta = definition.meta as { description?: string } | undefined;
  const positionals = positionalsOf(table);
  const usage = [
    'server',
    command.name,
    '[flags]',
    ...positionals.map(([name, flag]) => placeholder(name, flag)),
  ];
  const own = Object.entries(table).filter(
    ([name, flag]) => flag.type !== 'positional' && !Object.hasOwn(COMMON_FLAGS, name),
  );
  print([
    ...wrapText(meta?.description ?? `${command.summary}.`, width()),
    '',
    `${heading('Usage:')} ${usage.join(' ')}`,
    ...section(
      'Arguments',
      positionals.map(([name, flag]) => [placeholder(name, flag), describe(flag)]),
    ),
    ...section('Flags', own.map(flagRow)),
    ...section('Everywhere', Object.entries(COMMON_FLAGS).map(flagRow)),
    ...section('Examples', command.examples),
  ]);
}

/** All verbs; or those that begin with a word such as `config`. */
export function printOverview(name: string): void {
  const commands = verbsBelow(name);
  const labels = commands.map((command) => command.name.length);
  const labelWidth = Math.max(...labels);
  const groups = GROUPS.flatMap((group) => {
    const rows = commands.filter((command) => command.group === group);
    const title = name === '' ? group : 'Commands';
    return section(
      title,
      rows.map((command) => [command.name, command.summary]),
      labelWidth,
    );
  });
  print([
    ...(name === ''
      ? [
          'Millrace takes log messages in over the network, puts them in strict order, keeps them, and',
          'hands them out again.',
          '',
        ]
      : []),
    `${heading('Usage:')} server ${name ? `${name} ` : ''}${name ? '<command>' : '[command]'} [flags]`,
    ...groups,
    ...section('Everywhere', Object.entries(COMMON_FLAGS).map(flagRow)),
    '',
    `"server ${name ? `${name} ` : ''}<command> --help" tells more about a command.`,
  ]);
}

function section(title: string, rows: readonly Row[], labelWidth = widest(rows)): string[] {
  if (rows.length === 0) return [];
  const textWidth = width() - INDENT.length - labelWidth - 2;
  const lines = rows.flatMap(([label, text]) => {
    const shown =
      paint('cyan', label, hasColor(process.stdout)) + ' '.repeat(Math.max(0, labelWidth - label.length));
    // A long example keeps a line of its own.
    if (textWidth < 24 || label.length > labelWidth) {
      return [`${INDENT}${shown}`, ...wrapText(text, width() - 6).map((line) => `      ${line}`)];
    }
    const [first, ...others] = wrapText(text, textWidth);
    const blank = ' '.repeat(INDENT.length + labelWidth + 2);
    return [`${INDENT}${shown}  ${first}`.trimEnd(), ...others.map((line) => blank + line)];
  });
  return ['', heading(`${title}:`), ...lines];
}

function widest(rows: readonly Row[]): number {
  return Math.max(0, ...rows.map(([label]) => label.length));
}

function flagRow([name, flag]: readonly [string, Flag]): Row {
  const isOnByDefault = flag.type === 'boolean' && flag.default === true;
  const [short] = aliasesOf(flag).filter((alias) => alias.length === 1);
  const value =
    flag.type === 'boolean'
      ? ''
      : `${flag.isValueOptional ? '=' : ' '}${flag.valueHint ?? (flag.type === 'enum' ? 'WORD' : 'VALUE')}`;
  return [`${short ? `-${short}, ` : '    '}--${isOnByDefault ? 'no-' : ''}${name}${value}`, describe(flag)];
}

function describe(flag: Flag): string {
  const byDefault = defaultOf(flag);
  const facts = [
    flag.type === 'enum' && flag.options ? flag.options.join(', ') : '',
    byDefault === undefined || byDefault === '' ? '' : `default: ${byDefault}`,
  ].filter(Boolean);
  return `${flag.description ?? ''}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}`;
}

/** A flag that overrides the configuration has the default of its key. */
function defaultOf(flag: Flag): unknown {
  if (flag.type === 'boolean') return undefined;
  return flag.default ?? (flag.key && findSchema(parseKey(flag.key))?.default);
}

function placeholder(name: string, flag: Flag): string {
  const shown = (flag.valueHint ?? name).toUpperCase();
  return flag.required === false || flag.default !== undefined ? `[${shown}]` : shown;
}

function heading(text: string): string {
  return paint('bold', text, hasColor(process.stdout));
}

function width(): number {
  return Math.min(process.stdout.columns ?? WIDTH_MAX, WIDTH_MAX);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
