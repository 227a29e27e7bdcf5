import { defineCommand } from 'citty';
import { orderServer } from './ask-server.ts';
import { parseRevision } from './config-diff.ts';
import { EXIT } from './exit-codes.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { locateServer } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { parseSeconds } from './parse-number.ts';
import { printReload, RELOAD_TIMEOUT_SECS, reportRefusal } from './reload.ts';

export const configRollbackVerb = defineCommand({
  meta: {
    description:
      'Applies an earlier configuration to the running server again, as a new revision. The configuration file stays as it is, and the next reload takes it.',
  },
  args: {
    ...COMMON_FLAGS,
    revision: {
      type: 'positional',
      required: true,
      description: 'Which one; "server config history" lists them',
    },
    timeout: {
      type: 'string',
      valueHint: 'SECONDS',
      description: `How long to wait (default: ${RELOAD_TIMEOUT_SECS})`,
    },
    ...PLACE_FLAGS,
    json: JSON_FLAG,
  },
  async run({ args, rawArgs }): Promise<number> {
    const revision = parseRevision(args.revision);
    const timeoutSecs =
      args.timeout === undefined ? RELOAD_TIMEOUT_SECS : parseSeconds('--timeout', args.timeout);
    const { paths } = await locateServer(readLoadOptions(rawArgs), { isQuiet: true });
    try {
      const result = await orderServer(paths, 'rollback', { revision }, timeoutSecs);
      printReload(result, args.json === true);
      return EXIT.done;
    } catch (error) {
      return reportRefusal(error, args.json === true);
    }
  },
});
