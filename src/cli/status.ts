import { defineCommand } from 'citty';
import type { Paths } from '../config/paths.ts';
import type { Status } from '../supervisor/status.ts';
import { askServer, NotRunningError } from './ask-server.ts';
import { EXIT } from './exit-codes.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { locateServer } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { renderStatus } from './render-status.ts';
import { hasColor, printJson } from './terminal.ts';

export const statusVerb = defineCommand({
  meta: {
    description:
      'Shows what the running server does: its processes, ports, connections and records. Exit code 3 if no server runs, 69 if one runs but does not answer.',
  },
  args: { ...COMMON_FLAGS, ...PLACE_FLAGS, json: JSON_FLAG },
  async run({ args, rawArgs }): Promise<number> {
    const { paths } = await locateServer(readLoadOptions(rawArgs));
    const status = await readStatus(paths);
    if (status === undefined) {
      if (args.json) printJson({ state: 'stopped' });
      else process.stdout.write('not running\n');
      return EXIT.notRunning;
    }
    if (args.json) printJson(status);
    else process.stdout.write(renderStatus(status, hasColor(process.stdout)));
    return EXIT.done;
  },
});

/** Undefined where no server runs. */
async function readStatus(paths: Paths): Promise<Status | undefined> {
  try {
    return await askServer(paths, 'status');
  } catch (error) {
    if (error instanceof NotRunningError) return undefined;
    throw error;
  }
}
