import { type CommandContext, defineCommand } from 'citty';
import { COMMON_FLAGS, type FlagTable, JSON_FLAG, OVERRIDE_FLAGS } from './flags.ts';
import { loadForRun } from './load-for-run.ts';
import { nameRunningServer } from './name-running-server.ts';
import { readLoadOptions } from './overrides.ts';
import { parseSeconds } from './parse-number.ts';
import { printProblems } from './report-error.ts';
import { UsageError } from './usage-error.ts';

const FLAGS = {
  ...COMMON_FLAGS,
  ...OVERRIDE_FLAGS,
  daemon: {
    type: 'boolean',
    alias: 'd',
    description: 'Run in the background; return when every listener is served, or print why it cannot',
  },
  timeout: {
    type: 'string',
    valueHint: 'SECONDS',
    description: 'How long to wait for a start in the background (default: 60)',
  },
  json: { ...JSON_FLAG, description: 'Print JSON, with --daemon' },
} satisfies FlagTable;

const TIMEOUT_SECS = 60;

export const runVerb = defineCommand({
  meta: {
    description:
      'Runs the server in the foreground until it gets SIGTERM, SIGINT (Ctrl-C) or "server stop"; with --daemon in the background. A flag is stronger than the environment, which is stronger than the configuration file.',
  },
  args: FLAGS,
  run,
});

export const startVerb = defineCommand({
  meta: {
    description:
      'Starts the server: with --daemon in the background, else in the foreground as "server run" does. Exit code 75 if one runs already on the same data.',
  },
  args: FLAGS,
  run,
});

async function run({ args, rawArgs }: CommandContext<typeof FLAGS>): Promise<number> {
  if (args.timeout !== undefined && !args.daemon) throw new UsageError('--timeout is for --daemon');
  if (args.json && !args.daemon)
    throw new UsageError('--json is for --daemon; --log-format json is for the log');
  const timeoutSecs = args.timeout === undefined ? TIMEOUT_SECS : parseSeconds('--timeout', args.timeout);
  const { loaded, warnings, load } = await loadForRun(readLoadOptions(rawArgs));
  printProblems(warnings);
  try {
    if (args.daemon) {
      const { startDaemon } = await import('./start-daemon.ts');
      return await startDaemon(loaded.config, rawArgs, { timeoutSecs, asJson: args.json === true });
    }
    const { runSupervisor } = await import('../supervisor/run.ts');
    return await runSupervisor(loaded, load);
  } catch (error) {
    throw await nameRunningServer(error, loaded.config);
  }
}
