import type { KeyPath } from './key-path.ts';
import { SCHEMA } from './schema.generated.ts';
import type { ReloadClass, Schema } from './schema-node.ts';

export const schema: Schema = SCHEMA;

/** One key of the configuration, as the schema describes it. */
export interface KeyDescription {
  /** `network.port`; `listeners[].port` for a key of every entry of a list. */
  readonly key: string;
  readonly section: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'list';
  /** Undefined where the key has to be given. */
  readonly default: unknown;
  readonly examples: readonly unknown[];
  readonly reload: ReloadClass;
  readonly isSecret: boolean;
  readonly isPath: boolean;
  /** Not available in this version. */
  readonly isPlanned: boolean;
  readonly isRequired: boolean;
  /** The values that are allowed, of the key or of each entry of the list. */
  readonly values?: readonly string[];
  /** Those of them that are not available in this version. */
  readonly plannedValues: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** Every key, in the order of the schema. */
export function describeKeys(): KeyDescription[] {
  return Object.entries(schema.properties ?? {}).flatMap(([section, node]) => {
    const table = sectionTable(node);
    return Object.entries(table.properties ?? {}).map(([name, child]) =>
      describeKey(section, node.type === 'array', name, child, table.required?.includes(name) ?? false),
    );
  });
}

/** The table that a section is, or that each of its entries is. */
export function sectionTable(node: Schema): Schema {
  return node.type === 'array' ? node.items! : node;
}

/** The schema of a value, or undefined for a key that does not exist. */
export function findSchema(path: KeyPath): Schema | undefined {
  let node: Schema | undefined = schema;
  for (const step of path) {
    if (node === undefined) return undefined;
    if (typeof step === 'number') node = node.items;
    else if (node['x-secret']) node = Object.hasOwn(SECRET_FORMS, step) ? SECRET_FORMS[step] : undefined;
    else node = node.properties && Object.hasOwn(node.properties, step) ? node.properties[step] : undefined;
  }
  return node;
}

const SECRET_FORMS: Readonly<Record<string, Schema>> = schema.definitions?.secret_reference?.properties ?? {};

export function schemaText(): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function describeKey(
  section: string,
  isList: boolean,
  name: string,
  node: Schema,
  isRequired: boolean,
): KeyDescription {
  const type = node.type === 'array' ? 'list' : node['x-secret'] ? 'string' : node.type;
  const { minimum, maximum, minLength, maxLength } = node;
  return {
    key: isList ? `${section}[].${name}` : `${section}.${name}`,
    section,
    name,
    title: node.title ?? name,
    description: node.description ?? '',
    type: type as KeyDescription['type'],
    default: node.default,
    examples: node.examples ?? [],
    reload: node['x-reload'] ?? 'restart',
    isSecret: node['x-secret'] === true,
    isPath: node['x-path'] === true,
    isPlanned: node['x-planned'] === true,
    isRequired,
    values: node.enum ?? node.items?.enum,
    plannedValues: node['x-planned-values'] ?? node.items?.['x-planned-values'] ?? [],
    ...{ minimum, maximum, minLength, maxLength },
  };
}
