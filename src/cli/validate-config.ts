import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { defineCommand } from 'citty';
import { stringify } from 'smol-toml';
import { checkConfig } from '../config/check.ts';
import { ConfigError } from '../config/config-error.ts';
import { findConfigFile } from '../config/find-file.ts';
import { type FixedKey, fixConfig } from '../config/fix.ts';
import { type LoadedConfig, type LoadOptions, loadConfig } from '../config/load.ts';
import type { Problem } from '../config/problem.ts';
import { saveFixed } from '../config/save-file.ts';
import { showConfig } from '../config/show.ts';
import type { Config } from '../config/types.generated.ts';
import { checkFoldersAs, chooseUser } from './check-as-user.ts';
import { EXIT } from './exit-codes.ts';
import { COMMON_FLAGS, JSON_FLAG, OVERRIDE_FLAGS } from './flags.ts';
import { readLoadOptions } from './overrides.ts';
import { printProblems } from './report-error.ts';
import { hasColor, paint, printJson } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export const validateConfigVerb = defineCommand({
  meta: {
    description:
      'Checks the configuration: every value, and whether certificates, folders and addresses can be used. Starts nothing and needs no running server. Exit code 0 if the server can run with it, 78 if not.',
  },
  args: {
    ...COMMON_FLAGS,
    file: { type: 'positional', required: false, description: 'The file to check, as with --config' },
    offline: {
      type: 'boolean',
      description: 'Leave out what depends on this machine: certificates, folders, addresses, users',
    },
    'as-user': {
      type: 'string',
      valueHint: 'NAME',
      isValueOptional: true,
      description:
        'Check the folders of the data with the rights of this user (without NAME: daemon.user); needs root',
    },
    print: { type: 'boolean', description: 'Print the configuration with every default' },
    fix: {
      type: 'boolean',
      description: 'Correct misspelt keys in the file first; the old one is kept as .bak',
    },
    json: JSON_FLAG,
    ...OVERRIDE_FLAGS,
  },
  async run({ args, rawArgs }): Promise<number> {
    const options = withFile(readLoadOptions(rawArgs), args.file);
    const file = findConfigFile(options.file, process.env, process.cwd());
    const fixed = args.fix && file !== undefined ? await fix(file) : [];
    const { loaded, problems } = await check(options, {
      offline: args.offline === true,
      asUser: args['as-user'],
    });
    const isValid = loaded !== undefined && !problems.some(({ severity }) => severity === 'error');
    const config = args.print && loaded !== undefined ? showConfig(loaded.config) : undefined;
    if (args.json) {
      printJson({ file: file ?? null, valid: isValid, fixed, problems, config });
    } else {
      for (const { line, from, to } of fixed)
        process.stderr.write(`line ${line}: "${from}" is now "${to}"\n`);
      printProblems(problems);
      if (config !== undefined) process.stdout.write(`${stringify(config)}\n`);
      else if (isValid) printOk(file);
    }
    return isValid ? EXIT.done : EXIT.config;
  },
});

function withFile(options: LoadOptions, file: string | undefined): LoadOptions {
  if (file === undefined) return options;
  if (options.file !== undefined && options.file !== file) {
    throw new UsageError(`--config ${options.file} and ${file} are two files; give one`);
  }
  return { ...options, file };
}

/** A file that cannot be read is told by the check that follows. */
async function fix(file: string): Promise<readonly FixedKey[]> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  const result = fixConfig(text);
  if (result.fixed.length > 0) {
    const { backup } = await saveFixed(file, result.text);
    process.stderr.write(`the file as it was is ${backup}\n`);
  }
  return result.fixed;
}

async function check(
  options: LoadOptions,
  { offline, asUser }: { offline: boolean; asUser: string | undefined },
): Promise<{ loaded: LoadedConfig | undefined; problems: readonly Problem[] }> {
  try {
    const loaded = await loadConfig(options);
    const foldersFor =
      asUser === undefined ? undefined : chooseUser(asUser || loaded.config.daemon.user, loaded.config);
    const checkFolders = foldersFor && ((config: Config) => checkFoldersAs(foldersFor, config));
    const problems = await checkConfig(loaded, { offline, checkFolders });
    return { loaded, problems: [...loaded.warnings, ...problems] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { loaded: undefined, problems: error.problems };
  }
}

function printOk(file: string | undefined): void {
  const near = file === undefined ? '' : relative(process.cwd(), file);
  const name = file === undefined ? 'defaults and environment' : near.length < file.length ? near : file;
  process.stdout.write(`${name}: ${paint('green', 'OK', hasColor(process.stdout))}\n`);
}
