import { defineCommand } from 'citty';
import { schemaText } from '../config/schema.ts';
import { COMMON_FLAGS, JSON_FLAG } from './flags.ts';

export const configSchemaVerb = defineCommand({
  meta: {
    description: 'Prints the JSON Schema (draft-07) of the configuration, for editors and other tools.',
  },
  args: { ...COMMON_FLAGS, json: { ...JSON_FLAG, description: 'Print JSON; it always is' } },
  run(): void {
    process.stdout.write(schemaText());
  },
});
