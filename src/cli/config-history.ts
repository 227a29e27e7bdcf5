import { defineCommand } from 'citty';
import { escapeControls } from '../config/escape-controls.ts';
import type { RevisionFacts } from '../supervisor/control-api.ts';
import { askServer } from './ask-server.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { locateServer } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { renderTable } from './table.ts';
import { printJson } from './terminal.ts';

/** Enough to tell files apart. */
const HASH_LENGTH = 12;

export const configHistoryVerb = defineCommand({
  meta: {
    description:
      'Lists the configurations that the running server has applied: when, by what, and which one runs. "server config diff A B" compares two, "server config rollback N" applies one again.',
  },
  args: { ...COMMON_FLAGS, ...PLACE_FLAGS, json: JSON_FLAG },
  async run({ args, rawArgs }): Promise<void> {
    const { paths } = await locateServer(readLoadOptions(rawArgs), { isQuiet: true });
    const { revisions } = await askServer(paths, 'history');
    if (args.json) printJson({ revisions });
    else process.stdout.write(renderHistory(revisions));
  },
});

/** A row each, in the order given. */
export function renderHistory(revisions: readonly RevisionFacts[]): string {
  const rows = revisions.map(({ revision, at, by, hash, is_running }) => [
    String(revision),
    escapeControls(at),
    escapeControls(by),
    hash === '' ? 'no file' : escapeControls(hash.slice(0, HASH_LENGTH)),
    is_running ? 'running' : '',
  ]);
  return renderTable([['revision', 'when', 'by', 'hash', ''], ...rows], '');
}
