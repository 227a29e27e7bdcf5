import { defineCommand } from 'citty';
import { explainKey, findKeys } from '../config/explain.ts';
import { COMMON_FLAGS, JSON_FLAG } from './flags.ts';
import { printJson } from './terminal.ts';

export const configExplainVerb = defineCommand({
  meta: {
    description: 'Tells what a key of the configuration means, what it can be, and how a change is applied.',
  },
  args: {
    ...COMMON_FLAGS,
    key: {
      type: 'positional',
      required: true,
      description: 'A key such as network.port, or a section such as network',
    },
    json: JSON_FLAG,
  },
  run({ args }): void {
    if (args.json) printJson(findKeys(args.key));
    else process.stdout.write(explainKey(args.key));
  },
});
