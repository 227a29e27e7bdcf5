import { defineCommand } from 'citty';
import { ConfigError } from '../config/config-error.ts';
import type { Paths } from '../config/paths.ts';
import type { ReloadResult } from '../supervisor/control-api.ts';
import { ControlError } from '../supervisor/control-client.ts';
import { readLivePid } from '../supervisor/pid-file.ts';
import { askServer, orderServer } from './ask-server.ts';
import { EXIT } from './exit-codes.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { locateServer } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { parseSeconds, parseWholeNumber } from './parse-number.ts';
import { renderReload } from './render-changes.ts';
import { reportError } from './report-error.ts';
import { printJson } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** New workers have to start and prove themselves. */
export const RELOAD_TIMEOUT_SECS = 90;
const CONFIRM_SECS_MAX = 86_400;

export const reloadVerb = defineCommand({
  meta: {
    description:
      'Applies the edited configuration file to the running server: all of it, or nothing. Prints each changed key and how it was applied. Exit code 78 if the configuration cannot be used; the server runs as before then.',
  },
  args: {
    ...COMMON_FLAGS,
    'dry-run': { type: 'boolean', description: 'Check the file and print what would change; apply nothing' },
    confirm: {
      type: 'string',
      valueHint: 'SECONDS',
      description: 'Go back to the old configuration after this time, unless --confirmed comes before',
    },
    confirmed: { type: 'boolean', description: 'Keep what a reload with --confirm has applied' },
    timeout: {
      type: 'string',
      valueHint: 'SECONDS',
      description: `How long to wait (default: ${RELOAD_TIMEOUT_SECS})`,
    },
    ...PLACE_FLAGS,
    json: JSON_FLAG,
  },
  async run({ args, rawArgs }): Promise<number> {
    const isDryRun = args['dry-run'] === true;
    if (args.confirmed && (isDryRun || args.confirm !== undefined)) {
      throw new UsageError('--confirmed goes alone: it keeps what is applied already');
    }
    if (isDryRun && args.confirm !== undefined) throw new UsageError('give --dry-run or --confirm, not both');
    const confirmSecs =
      args.confirm === undefined
        ? undefined
        : parseWholeNumber('--confirm', args.confirm, 1, CONFIRM_SECS_MAX);
    const timeoutSecs =
      args.timeout === undefined ? RELOAD_TIMEOUT_SECS : parseSeconds('--timeout', args.timeout);
    const { paths } = await locateServer(readLoadOptions(rawArgs), { isQuiet: true });
    if (args.confirmed) return confirmReload(paths, args.json === true);
    try {
      const result = await orderServer(
        paths,
        'reload',
        {
          ...(isDryRun && { dry_run: true }),
          ...(confirmSecs !== undefined && { confirm_secs: confirmSecs }),
        },
        timeoutSecs,
      );
      printReload(result, args.json === true, confirmSecs !== undefined);
      return EXIT.done;
    } catch (error) {
      const pid = isDryRun || confirmSecs !== undefined ? undefined : await sendHangup(paths, error);
      if (pid === undefined) return reportRefusal(error, args.json === true);
      if (args.json) printJson({ outcome: 'signalled', pid });
      else {
        process.stdout.write(
          `no answer on the control socket; sent SIGHUP to the server (pid ${pid}): its log tells what came of it\n`,
        );
      }
      return EXIT.done;
    }
  },
});

export function printReload(result: ReloadResult, asJson: boolean, isForTrial = false): void {
  if (asJson) printJson(result);
  else process.stdout.write(renderReload(result, { isForTrial }));
}

/** Tells why, and that nothing has changed where that is so. */
export function reportRefusal(error: unknown, asJson: boolean): number {
  const code = reportError(error, { asJson });
  if ((error instanceof ControlError || error instanceof ConfigError) && code === EXIT.config) {
    process.stderr.write('the server runs as before\n');
  }
  return code;
}

async function confirmReload(paths: Paths, asJson: boolean): Promise<number> {
  const { revision } = await askServer(paths, 'confirm');
  if (asJson) printJson({ outcome: 'confirmed', revision });
  else process.stdout.write(`revision ${revision} stays\n`);
  return EXIT.done;
}

/** Where the control socket is gone and the PID file names a server; undefined where it could not be told. */
async function sendHangup(paths: Paths, error: unknown): Promise<number | undefined> {
  if (!(error instanceof ControlError) || error.code !== 'ERR_CONTROL_UNREACHABLE') return undefined;
  const pid = await readLivePid(paths.pidFile);
  if (pid === undefined) return undefined;
  try {
    process.kill(pid, 'SIGHUP');
    return pid;
  } catch {
    // Another user's, or it has ended meanwhile: the first error tells more.
    return undefined;
  }
}
