import { runCommand } from 'citty';
import { findCommand, verbsBelow } from './find-command.ts';
import { COMMON_FLAGS, type FlagTable } from './flags.ts';
import { printHelp, printOverview } from './help.ts';
import { parseArguments } from './parse-arguments.ts';
import { reportError } from './report-error.ts';
import { UsageError } from './usage-error.ts';
import { printVersion } from './version.ts';

/** Finds the verb, checks its arguments and runs it. A verb returns its exit code, or nothing for 0. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const [first, ...others] = args;
  const isHelp = first === 'help' || hasFlag(args, '--help', '-h');
  let verb = '';
  try {
    const { command, name, rest } = findCommand(first === 'help' ? others : args);
    verb = name;
    if (isHelp && (command === undefined || (name === 'run' && !args.includes('run')))) {
      printOverview(command === undefined ? name : '');
      return 0;
    }
    if (hasFlag(args, '--version', '-V')) {
      printVersion(hasFlag(args, '--json'));
      return 0;
    }
    if (command === undefined) {
      const below = verbsBelow(name).map((each) => each.name.slice(name.length + 1));
      throw new UsageError(`"${name}" needs another word: ${below.join(', ')}`);
    }
    const definition = await command.load();
    const own = typeof definition.args === 'function' ? await definition.args() : await definition.args;
    const table: FlagTable = { ...COMMON_FLAGS, ...own };
    if (isHelp) {
      printHelp(command, definition, table);
      return 0;
    }
    const rawArgs = parseArguments(rest, table);
    const { result } = await runCommand(definition, { rawArgs });
    return typeof result === 'number' ? result : 0;
  } catch (error) {
    if (error instanceof UsageError) error.verb = verb;
    return reportError(error, { asJson: hasFlag(args, '--json') });
  }
}

/** Whether it is there as a flag of its own; what comes after `--` is not. */
function hasFlag(args: readonly string[], ...names: string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? undefined : end).some((token) => names.includes(token));
}
