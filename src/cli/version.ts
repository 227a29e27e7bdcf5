import type { CommandDef } from 'citty';
import { PROGRAM_VERSION } from '../process/program.ts';
import type { JSON_FLAG } from './flags.ts';

/** Without `defineCommand`, so that asking for the version loads no library. */
export const versionCommand: CommandDef<{ json: typeof JSON_FLAG }> = {
  meta: { description: 'The version of this program and of the Node that runs it.' },
  args: { json: { type: 'boolean', description: 'Print JSON' } },
  run: ({ args }) => printVersion(args.json),
};

export function printVersion(asJson: boolean | undefined): void {
  const facts = { name: 'millrace', version: PROGRAM_VERSION, node: process.version };
  process.stdout.write(
    asJson ? `${JSON.stringify(facts)}\n` : `millrace ${facts.version} (node ${facts.node})\n`,
  );
}
