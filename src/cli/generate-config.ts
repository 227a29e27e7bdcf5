import { open } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { defineCommand } from 'citty';
import { generateConfig } from '../config/generate.ts';
import { saveFixed } from '../config/save-file.ts';
import { PROGRAM_NAME } from '../process/program.ts';
import { COMMON_FLAGS, JSON_FLAG } from './flags.ts';
import { printJson } from './terminal.ts';

/** A file that cannot be made where it was asked for. */
export class CannotCreateError extends Error {
  readonly code = 'ERR_CANNOT_CREATE';
}

/** Secrets may be written into it later; the group is for the user that the server runs as. */
const FILE_MODE = 0o640;
const DEFAULT_FILE = 'config.toml';
const STDOUT = '-';

export const generateConfigVerb = defineCommand({
  meta: {
    description:
      'Writes a configuration file with every key, its description and its default. An existing file is never overwritten without --force, which keeps it as .bak.',
  },
  args: {
    ...COMMON_FLAGS,
    output: {
      type: 'string',
      alias: 'o',
      valueHint: 'FILE',
      description: 'Where to write it; "-" prints it (default: the file of --config, else ./config.toml)',
    },
    profile: {
      type: 'enum',
      options: ['default', 'development', 'production'],
      default: 'default',
      valueHint: 'PROFILE',
      description: 'Which settings are active in it',
    },
    force: { type: 'boolean', description: 'Replace the file if it exists' },
    json: JSON_FLAG,
  },
  async run({ args }): Promise<void> {
    const { profile } = args;
    const text = generateConfig(profile);
    const output = args.output ?? args.config ?? DEFAULT_FILE;
    if (output === STDOUT) {
      if (args.json) printJson({ profile, text });
      else process.stdout.write(text);
      return;
    }
    const file = resolve(output);
    const backup = await write(file, text, args.force === true);
    if (args.json) printJson({ file, profile, backup: backup ?? null });
    else process.stdout.write(describeResult(file, profile, backup));
  },
});

/** Resolves with where the old file is, if there was one. */
async function write(file: string, text: string, isForced: boolean): Promise<string | undefined> {
  try {
    const handle = await open(file, 'wx', FILE_MODE);
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw explain(file, error as NodeJS.ErrnoException);
    if (!isForced) {
      throw new CannotCreateError(
        `${near(file)} exists already and was left as it is; --force replaces it, "-o FILE" writes another, "-o -" prints it`,
      );
    }
  }
  try {
    return (await saveFixed(file, text)).backup;
  } catch (error) {
    throw explain(file, error as NodeJS.ErrnoException);
  }
}

function explain(file: string, error: NodeJS.ErrnoException): Error {
  const isDenied = error.code === 'EACCES' || error.code === 'EPERM';
  const reason = error.code === 'ENOENT' ? 'its folder does not exist' : error.message;
  const message = `cannot write ${near(file)}: ${reason}`;
  return isDenied ? new Error(message, { cause: error }) : new CannotCreateError(message, { cause: error });
}

function describeResult(file: string, profile: string, backup: string | undefined): string {
  const name = near(file);
  const option = file === resolve(DEFAULT_FILE) ? '' : ` -c ${name}`;
  return [
    `wrote ${name} (profile ${profile})${backup ? `; the old one is ${near(backup)}` : ''}`,
    '',
    'Next:',
    `  edit ${name}`,
    `  ${PROGRAM_NAME} validate-config${option}`,
    `  ${PROGRAM_NAME} run${option}`,
    '',
  ].join('\n');
}

/** From the current folder where that is shorter. */
function near(file: string): string {
  const path = relative(process.cwd(), file);
  return path.length < file.length ? path : file;
}
