import { defineCommand } from 'citty';
import { stringify } from 'smol-toml';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { flattenConfig, showConfig } from '../config/show.ts';
import { writeTomlValue } from '../config/toml-text.ts';
import { COMMON_FLAGS, JSON_FLAG, OVERRIDE_FLAGS } from './flags.ts';
import { readLoadOptions } from './overrides.ts';
import { printProblems } from './report-error.ts';
import { hasColor, paint, printJson } from './terminal.ts';

/** A comment further to the right is hard to find. */
const ORIGIN_COLUMN_MAX = 60;

export const configShowVerb = defineCommand({
  meta: {
    description:
      'Prints the configuration as the server would take it: the file, the environment and the flags over the defaults. Secrets are masked.',
  },
  args: {
    ...COMMON_FLAGS,
    origin: { type: 'boolean', description: 'Tell where each value comes from' },
    json: JSON_FLAG,
    ...OVERRIDE_FLAGS,
  },
  async run({ args, rawArgs }): Promise<void> {
    const loaded = await loadConfig(readLoadOptions(rawArgs));
    printProblems(loaded.warnings);
    if (args.origin) await printOrigins(loaded, args.json === true);
    else if (args.json) printJson(showConfig(loaded.config));
    else process.stdout.write(`${stringify(showConfig(loaded.config))}\n`);
  },
});

async function printOrigins(loaded: LoadedConfig, asJson: boolean): Promise<void> {
  const origins = await loaded.origins();
  const values = flattenConfig(loaded.config);
  if (asJson) {
    printJson(Object.fromEntries([...values].map(([key, value]) => [key, { value, ...origins.get(key) }])));
    return;
  }
  const lines = [...values].map(([key, value]) => [key, `${key} = ${writeTomlValue(value)}`] as const);
  const column = Math.min(ORIGIN_COLUMN_MAX, Math.max(...lines.map(([, line]) => line.length)));
  for (const [key, line] of lines) {
    const { layer = 'default', at = '' } = origins.get(key) ?? {};
    const comment = `# ${layer}${at ? ` ${at}` : ''}`;
    process.stdout.write(`${line.padEnd(column)}  ${paint('dim', comment, hasColor(process.stdout))}\n`);
  }
}
