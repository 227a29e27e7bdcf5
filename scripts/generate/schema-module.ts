import type { Schema } from '../../src/config/schema-node.ts';

/** The schema as a module, so that a program in one file has it too. */
export function emitSchemaModule(schema: Schema): string {
  return `// Generated from schemas/config.schema.json by "npm run generate". Do not edit.
import type { Schema } from './schema-node.ts';

export const SCHEMA: Schema = ${JSON.stringify(schema, null, 2)};
`;
}
