import { defineCommand } from 'citty';
import { askServer } from './ask-server.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { locateServer } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { printJson } from './terminal.ts';

export const tokenRevokeVerb = defineCommand({
  meta: {
    description:
      'Revokes a token by its ID, which "server token list" shows. A session that is open goes on.',
  },
  args: {
    ...COMMON_FLAGS,
    token: { type: 'positional', description: 'The ID of the token', required: true },
    ...PLACE_FLAGS,
    json: JSON_FLAG,
  },
  async run({ args, rawArgs }): Promise<void> {
    const { paths } = await locateServer(readLoadOptions(rawArgs));
    const result = await askServer(paths, 'revoke-token', { token_id: args.token });
    if (args.json) printJson(result);
    else process.stdout.write('revoked\n');
  },
});
