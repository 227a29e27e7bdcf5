import { defineCommand } from 'citty';
import { askServer } from './ask-server.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { locateServer } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { printJson } from './terminal.ts';

export const reopenVerb = defineCommand({
  meta: {
    description:
      'Lets the running server open its own log file anew after another program has renamed it, as SIGUSR1 does. Returns when it is open. Nothing is lost.',
  },
  args: { ...COMMON_FLAGS, ...PLACE_FLAGS, json: JSON_FLAG },
  async run({ args, rawArgs }): Promise<void> {
    const { paths } = await locateServer(readLoadOptions(rawArgs));
    const result = await askServer(paths, 'reopen');
    if (args.json) printJson(result);
    else if (result.files.length === 0) process.stdout.write('no log file is configured (logging.file)\n');
    else for (const file of result.files) process.stdout.write(`opened ${file} anew\n`);
  },
});
