import {
  describeDefault,
  describePlannedValues,
  describeType,
  RELOAD_WORDS,
} from '../../src/config/describe-key.ts';
import { keyVariable } from '../../src/config/explain.ts';
import { LEGACY_VARIABLES } from '../../src/config/legacy-variables.ts';
import { PROBLEM_CODES } from '../../src/config/problem-codes.ts';
import { describeKeys, type KeyDescription } from '../../src/config/schema.ts';
import type { Schema } from '../../src/config/schema-node.ts';
import { writeTomlValue } from '../../src/config/toml-text.ts';
import { heading } from '../../src/config/unknown-key.ts';

/** docs/configuration.md: everything that can be configured, and every message about it. */
export function emitDocumentation(schema: Schema): string {
  const sections = Object.entries(schema.properties ?? {}).map(([name, node]) => emitSection(name, node));
  return `${[INTRODUCTION, ...sections, emitLegacy(), emitCodes()].join('\n\n')}\n`;
}

const INTRODUCTION = `# Configuration

<!-- Generated from schemas/config.schema.json by "npm run generate". Do not edit. -->

Millrace is configured by one [TOML](https://toml.io) file. Every key may be left out; its default then holds. An
unknown key is an error. \`server generate-config\` writes a commented file, \`server validate-config\` checks one
and says every mistake with its line, \`server config show --origin\` shows what holds and where it came from.

## Where values come from

Each layer wins over those before it:

1. the defaults on this page,
2. the configuration file: \`--config FILE\`, else \`SERVER_CONFIG\`, else the first of \`./config.toml\`,
   \`$XDG_CONFIG_HOME/millrace/config.toml\` (\`~/.config\` where that is not set) and \`/etc/millrace/config.toml\`,
3. a file with environment variables: \`--env-file FILE\`, else \`SERVER_ENV_FILE\`, else \`OORE_ENV_FILE\`,
4. environment variables,
5. the command line.

Without any file, \`tls.auto_generate\` is on, so that a bare \`server\` runs; it listens on this machine only.

**Environment variables** are \`SERVER__SECTION__KEY\` in upper case: \`SERVER__NETWORK__PORT=9443\`. An entry of a
list has its number: \`SERVER__LISTENERS__0__PORT=9020\`; a list as a whole is JSON. A variable that begins with
\`SERVER__\` and names no key is an error.

**Relative paths** start from \`daemon.working_dir\` if that is set, else from the folder of the configuration file,
else from the current folder. A path on the command line starts from the current folder.

**Secrets** can be kept outside the file: \`admin_token = { file = "/etc/millrace/token" }\` or
\`{ env = "MILLRACE_TOKEN" }\`. They are never shown.

**Not available in this version** is said of keys whose feature is still to come. Any value but the default is
refused.

**A change is applied** to a running server when the file is saved (unless \`daemon.watch_config\` is off), by
\`server reload\` and by SIGHUP: all of it, or nothing where there is a mistake in it. How depends on the key:

${Object.entries(RELOAD_WORDS)
  .map(([name, words]) => `- _${name}_: ${words}`)
  .join('\n')}`;

function emitSection(name: string, node: Schema): string {
  const keys = describeKeys().filter((key) => key.section === name);
  return [
    `## \`${heading(name)}\``,
    `${node.title}. ${node.description}`,
    ...keys.map((key) => emitKey(key)),
  ].join('\n\n');
}

function emitKey(key: KeyDescription): string {
  const planned = key.isPlanned ? '**Not available in this version.**' : describePlannedValues(key);
  const facts = [
    `${describeType(key)}; ${describeDefault(key)}`,
    ...(key.examples.length > 0
      ? [`examples: ${key.examples.map((value) => code(writeTomlValue(value))).join(', ')}`]
      : []),
    `environment: ${code(keyVariable(key))}`,
    `a change is applied: ${key.reload}`,
  ];
  return [
    `### \`${key.key}\``,
    [key.description, planned].filter(Boolean).join(' '),
    facts.map((fact) => `- ${fact}`).join('\n'),
  ].join('\n\n');
}

function emitLegacy(): string {
  const rows = LEGACY_VARIABLES.map(({ variable, keys, description }) => {
    return [code(variable), keys.map(code).join(', '), description];
  });
  return [
    '## Variables of other conventions',
    'They are understood as well; a `SERVER__` variable wins over them. One that stands for a key that is not available in this version, or whose value means nothing here, is ignored with a warning, since it may be meant for another program.',
    emitTable([['Variable', 'Key', 'Meaning'], ...rows]),
  ].join('\n\n');
}

function emitCodes(): string {
  return [
    '## Messages',
    'Every message about the configuration has a code that keeps its meaning in later versions.',
    emitTable([['Code', 'Meaning'], ...Object.entries(PROBLEM_CODES)]),
  ].join('\n\n');
}

/** The first row is the head. Columns are padded as the formatter of the project does it. */
function emitTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const [head, ...body] = rows.map(line);
  return [head, line(widths.map((width) => '-'.repeat(width))), ...body].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
