import { describeDefault, describePlannedValues, describeType, RELOAD_WORDS } from './describe-key.ts';
import { variableName } from './environment.ts';
import { LEGACY_VARIABLES } from './legacy-variables.ts';
import { describeKeys, type KeyDescription, schema } from './schema.ts';
import { suggest } from './suggest.ts';
import { writeTomlValue } from './toml-text.ts';
import { heading } from './unknown-key.ts';

/** There is no such key or section. */
export class UnknownKeyError extends Error {
  readonly code = 'ERR_CONFIG_KEY_UNKNOWN';
  readonly suggestion: string | undefined;

  constructor(key: string, suggestion: string | undefined) {
    super(
      `there is no configuration key "${key}"; ${suggestion ? `did you mean "${suggestion}"?` : '"server config env" lists all'}`,
    );
    this.name = 'UnknownKeyError';
    this.suggestion = suggestion;
  }
}

/** One key; or for a section (or the last part of a name) all keys that it stands for. */
export function findKeys(key: string): KeyDescription[] {
  const wanted = key
    .trim()
    .replace(/\[\d*\]|\.\d+(?=\.|$)/g, '[]')
    .replace(/^(\w+)\.(?=\w)/, (match, section) =>
      schema.properties?.[section]?.type === 'array' ? `${section}[].` : match,
    );
  const keys = describeKeys();
  const exact = keys.filter((candidate) => candidate.key === wanted);
  if (exact.length > 0) return exact;
  const section = keys.filter((candidate) => candidate.section === wanted.replace(/\[\]$/, ''));
  if (section.length > 0) return section;
  const named = keys.filter((candidate) => candidate.name === wanted);
  if (named.length > 0) return named;
  throw new UnknownKeyError(key, suggestKey(wanted, keys));
}

/** What `server config explain` prints. */
export function explainKey(key: string): string {
  return findKeys(key).map(explain).join('\n');
}

function suggestKey(wanted: string, keys: readonly KeyDescription[]): string | undefined {
  const whole = suggest(
    wanted,
    keys.flatMap((key) => [key.key, key.section]),
  );
  if (whole) return whole;
  const name = suggest(wanted.split('.').at(-1)!, new Set(keys.map((key) => key.name)));
  return keys.find((key) => key.name === name)?.key;
}

function explain(key: KeyDescription): string {
  const legacy = LEGACY_VARIABLES.filter(({ keys }) => keys.includes(key.key)).map(
    ({ variable }) => variable,
  );
  const planned = key.isPlanned
    ? 'Not available in this version: any value but the default is refused.'
    : describePlannedValues(key);
  const lines = [
    key.description,
    planned,
    '',
    `Section      ${heading(key.section)}`,
    `Value        ${describeType(key)}; ${describeDefault(key)}`,
    key.examples.length > 0 ? `Examples     ${key.examples.map(writeTomlValue).join('   ')}` : '',
    `Environment  ${[keyVariable(key), ...legacy].join(', ')}`,
    `A change is applied ${RELOAD_WORDS[key.reload]}.`,
  ];
  const shown = lines.filter((line, index) => line !== '' || index === 2);
  return `${key.key} - ${key.title}\n${shown.map((line) => (line ? `  ${line}` : '')).join('\n')}\n`;
}

/** `SERVER__LISTENERS__0__PORT` stands for every entry of a list. */
export function keyVariable(key: KeyDescription): string {
  const isEntry = key.key.includes('[]');
  return variableName(isEntry ? [key.section, 0, key.name] : [key.section, key.name]);
}
