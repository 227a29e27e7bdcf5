import { defineCommand } from 'citty';
import { askServer } from './ask-server.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { locateServer } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { parseLevel, SETTABLE_LEVELS } from './parse-level.ts';
import { printJson } from './terminal.ts';

export const setLevelVerb = defineCommand({
  meta: {
    description:
      'Changes how much the running server tells in its own log, at once and in all its processes. It holds until a reload that changes logging.level, or a restart; the configuration file stays as it is.',
  },
  args: {
    ...COMMON_FLAGS,
    level: {
      type: 'positional',
      required: true,
      description: `One of ${SETTABLE_LEVELS.join(', ')}`,
    },
    ...PLACE_FLAGS,
    json: JSON_FLAG,
  },
  async run({ args, rawArgs }): Promise<void> {
    const level = parseLevel('LEVEL', args.level);
    const { paths } = await locateServer(readLoadOptions(rawArgs));
    const result = await askServer(paths, 'set-level', { level });
    if (args.json) printJson(result);
    else process.stdout.write(`log level: ${result.from} → ${result.to}\n`);
  },
});
