import { type CommandContext, defineCommand } from 'citty';
import { checkConfig } from '../config/check.ts';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig } from '../config/load.ts';
import { COMMON_FLAGS, type FlagTable, OVERRIDE_FLAGS } from './flags.ts';
import { readLoadOptions } from './overrides.ts';
import { printProblems } from './report-error.ts';

const FLAGS = {
  ...COMMON_FLAGS,
  ...OVERRIDE_FLAGS,
  daemon: {
    type: 'boolean',
    alias: 'd',
    isPlanned: true,
    description: 'Run in the background (not available in this version)',
  },
} satisfies FlagTable;

export const runVerb = defineCommand({
  meta: {
    description:
      'Runs the server in the foreground until it gets SIGTERM, SIGINT (Ctrl-C) or "server stop". A flag is stronger than the environment, which is stronger than the configuration file.',
  },
  args: FLAGS,
  run,
});

export const startVerb = defineCommand({
  meta: {
    description: 'Starts the server. In this version it stays in the foreground, as "server run" does.',
  },
  args: FLAGS,
  run,
});

async function run({ rawArgs }: CommandContext<typeof FLAGS>): Promise<number> {
  const options = { ...readLoadOptions(rawArgs), cwd: process.cwd() };
  const loaded = await loadConfig(options);
  const problems = [...loaded.warnings, ...(await checkConfig(loaded))];
  if (problems.some(({ severity }) => severity === 'error')) throw new ConfigError(problems);
  printProblems(problems);
  const { runSupervisor } = await import('../supervisor/run.ts');
  // A reload looks for no other file than the one that was found.
  const fixed = { ...options, ...(loaded.file && { file: loaded.file }) };
  return runSupervisor(loaded, (text) => loadConfig({ ...fixed, ...(text !== undefined && { text }) }));
}
