import { defineCommand } from 'citty';
import { askServer } from './ask-server.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { locateServer } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { printJson } from './terminal.ts';

export const tokenCreateVerb = defineCommand({
  meta: {
    description:
      'Makes a token for a device: a forwarder, which sends events, or a receiver, which gets them. It is printed once; the server keeps only its hash.',
  },
  args: {
    ...COMMON_FLAGS,
    type: { type: 'positional', description: 'forwarder or receiver', required: true },
    id: { type: 'positional', description: 'The ID that the device says hello with', required: true },
    ...PLACE_FLAGS,
    json: JSON_FLAG,
  },
  async run({ args, rawArgs }): Promise<void> {
    const { paths } = await locateServer(readLoadOptions(rawArgs));
    const created = await askServer(paths, 'create-token', { device_type: args.type, device_id: args.id });
    if (args.json) printJson(created);
    else process.stdout.write(`${created.token}\n`);
  },
});
