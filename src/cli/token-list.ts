import { defineCommand } from 'citty';
import { escapeControls } from '../config/escape-controls.ts';
import { askServer } from './ask-server.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { locateServer } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { renderTable } from './table.ts';
import { printJson } from './terminal.ts';

export const tokenListVerb = defineCommand({
  meta: { description: 'Lists the tokens of devices: for whom, since when, and whether they were revoked.' },
  args: { ...COMMON_FLAGS, ...PLACE_FLAGS, json: JSON_FLAG },
  async run({ args, rawArgs }): Promise<void> {
    const { paths } = await locateServer(readLoadOptions(rawArgs));
    const { tokens } = await askServer(paths, 'list-tokens');
    if (args.json) printJson({ tokens });
    else {
      const rows = tokens.map(({ tokenId, deviceType, deviceId, createdAt, revokedAt }) => [
        tokenId,
        deviceType,
        escapeControls(deviceId),
        new Date(createdAt).toISOString(),
        revokedAt === null ? '' : `revoked ${new Date(revokedAt).toISOString()}`,
      ]);
      process.stdout.write(renderTable([['token', 'type', 'device', 'since', ''], ...rows], ''));
    }
  },
});
