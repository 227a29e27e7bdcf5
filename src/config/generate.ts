import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeDefault, describePlannedValues, describeType } from './describe-key.ts';
import { EXAMPLE_LISTENERS, PROFILE_SETTINGS, type Profile, type ProfileSettings } from './profiles.ts';
import { describeKeys, type KeyDescription, schema, sectionTable } from './schema.ts';
import type { Schema } from './schema-node.ts';
import { writeComment, writeTomlValue } from './toml-text.ts';
import { heading } from './unknown-key.ts';

export interface GenerateOptions {
  /** What the `#:schema` line names, for editors; by default the file in this package. */
  readonly schema?: string;
}

/** A configuration file with every key and its description. It is valid as it stands. */
export function generateConfig(profile: Profile, options: GenerateOptions = {}): string {
  const settings = PROFILE_SETTINGS[profile];
  const schemaFile = options.schema ?? packagedSchemaFile();
  const sections = Object.entries(schema.properties ?? {}).map(([name, node]) =>
    node.type === 'array' ? writeList(name, node, settings) : writeSection(name, node, settings),
  );
  const head = [
    ...(schemaFile ? [`#:schema ${schemaFile}`, ''] : []),
    `# Configuration of Millrace (profile: ${profile}).`,
    ...settings.summary.map((line) => `# ${line}`),
    '#',
    '# A line behind "# " shows a default: remove the "# " to change it. A relative path starts from the',
    '# folder of this file. "server validate-config" checks it, "server config explain KEY" tells more.',
  ];
  return `${[head, ...sections].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The schema file of this package; undefined where the program was packed without it. */
export function packagedSchemaFile(): string | undefined {
  const file = fileURLToPath(new URL('../../schemas/config.schema.json', import.meta.url));
  return existsSync(file) ? file : undefined;
}

function writeSection(name: string, node: Schema, settings: ProfileSettings): string[] {
  const keys = describeKeys().filter((key) => key.section === name);
  const available = keys.filter((key) => !key.isPlanned);
  const planned = keys.filter((key) => key.isPlanned);
  return [
    ...title(node),
    heading(name),
    ...available.flatMap((key) => [...describe(key), writeKey(key, settings.values[key.key]), '']),
    ...(planned.length > 0 ? ['# --- not available in this version ---', ''] : []),
    ...planned.flatMap((key) => [...describe(key), writeKey(key, undefined), '']),
  ].slice(0, -1);
}

/** The keys once, in words; then each entry, active or as a comment. */
function writeList(name: string, node: Schema, settings: ProfileSettings): string[] {
  const keys = describeKeys().filter((key) => key.section === name);
  const names = new Set(settings.listeners.map((entry) => entry.name));
  const examples = EXAMPLE_LISTENERS.filter(({ values }) => !names.has(values.name));
  return [
    ...title(node),
    ...title(sectionTable(node)),
    '#',
    ...keys.flatMap((key) => [`# ${key.name}:`, ...describe(key).map((line) => `#  ${line.slice(1)}`)]),
    ...settings.listeners.flatMap((entry) => ['', heading(name), ...writePairs(entry)]),
    ...examples.flatMap(({ values, isPlanned }) => [
      '',
      ...(isPlanned ? ['# Not available in this version:'] : []),
      ...[heading(name), ...writePairs(values)].map((line) => `# ${line}`),
    ]),
  ];
}

function title(node: Schema): string[] {
  return writeComment(`${node.title}. ${node.description}`);
}

function describe(key: KeyDescription): string[] {
  const facts = `(${describeType(key)}; ${describeDefault(key)})`;
  const isPlanned = key.isPlanned ? 'Not available in this version.' : describePlannedValues(key);
  return [...writeComment(`${key.description} ${isPlanned}`.trim()), ...writeComment(facts)];
}

function writeKey(key: KeyDescription, value: unknown): string {
  return value === undefined
    ? `# ${key.name} = ${writeTomlValue(key.default)}`
    : `${key.name} = ${writeTomlValue(value)}`;
}

function writePairs(entry: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(entry).map(([key, value]) => `${key} = ${writeTomlValue(value)}`);
}
