import { defineCommand } from 'citty';
import { orderServer } from './ask-server.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { locateServer } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { parseWholeNumber } from './parse-number.ts';
import { renderChanges } from './render-changes.ts';
import { printJson } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const DIFF_TIMEOUT_SECS = 10;

export const configDiffVerb = defineCommand({
  meta: {
    description:
      'Shows how the configuration file differs from what the server runs with, and how a reload would apply it; or how one revision differs from another ("server config history" lists them).',
  },
  args: {
    ...COMMON_FLAGS,
    from: { type: 'positional', required: false, valueHint: 'a', description: 'A revision' },
    to: {
      type: 'positional',
      required: false,
      valueHint: 'b',
      description: 'The revision to compare it with',
    },
    ...PLACE_FLAGS,
    json: JSON_FLAG,
  },
  async run({ args, rawArgs }): Promise<void> {
    const params = readRevisions(args.from, args.to);
    const { paths } = await locateServer(readLoadOptions(rawArgs), { isQuiet: true });
    const { changes } = await orderServer(paths, 'diff', params, DIFF_TIMEOUT_SECS);
    if (args.json) printJson({ changes });
    else if (changes.length === 0) process.stdout.write('no difference\n');
    else process.stdout.write(renderChanges(changes));
  },
});

function readRevisions(from: string | undefined, to: string | undefined) {
  if (from === undefined) return {};
  if (to === undefined) {
    throw new UsageError('give two revisions, or none to compare what runs with the file');
  }
  return { from: parseRevision(from), to: parseRevision(to) };
}

/** Throws `UsageError`. */
export function parseRevision(text: string): number {
  return parseWholeNumber('a revision', text, 1, Number.MAX_SAFE_INTEGER);
}
