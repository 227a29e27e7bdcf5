import { defineCommand } from 'citty';
import { listEnvironment } from '../config/list-environment.ts';
import { COMMON_FLAGS, JSON_FLAG } from './flags.ts';
import { renderTable } from './table.ts';
import { printJson } from './terminal.ts';

export const configEnvVerb = defineCommand({
  meta: {
    description:
      'Lists every environment variable that sets a key of the configuration. They are stronger than the file and weaker than flags.',
  },
  args: { ...COMMON_FLAGS, json: JSON_FLAG },
  run({ args }): void {
    const variables = listEnvironment();
    if (args.json) {
      printJson(
        variables.map(({ isPlanned, isLegacy, ...rest }) => ({
          ...rest,
          planned: isPlanned,
          legacy: isLegacy,
        })),
      );
      return;
    }
    const rows = variables.map((each) => [
      each.variable,
      each.key,
      each.default === undefined ? '' : JSON.stringify(each.default),
      each.isPlanned ? 'not available in this version' : '',
    ]);
    process.stdout.write(renderTable([['VARIABLE', 'KEY', 'DEFAULT', ''], ...rows], ''));
  },
});
