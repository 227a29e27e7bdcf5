import type { Schema } from '../../src/config/schema-node.ts';

const HEAD = `// Generated from schemas/config.schema.json by "npm run generate". Do not edit.
`;

/** The TypeScript types of a configuration that is complete: every key has a value. */
export function emitTypes(schema: Schema): string {
  const interfaces: string[] = [];
  const sections = Object.entries(schema.properties ?? {}).map(([name, node]) => {
    return field(name, node, sectionType(name, node, interfaces));
  });
  const config = block('Config', 'The whole configuration, with every default filled in.', sections);
  return [HEAD, config, ...interfaces].join('\n');
}

function sectionType(name: string, node: Schema, interfaces: string[]): string {
  const table = node.type === 'array' ? node.items! : node;
  const typeName = `${pascalCase(node.type === 'array' ? singular(name) : name)}Config`;
  const fields = Object.entries(table.properties ?? {}).map(([key, child]) => {
    return field(key, child, valueType(child));
  });
  interfaces.push(block(typeName, table.description ?? '', fields));
  return node.type === 'array' ? `readonly ${typeName}[]` : typeName;
}

function valueType(node: Schema): string {
  if (node['x-secret'] === true) return 'string';
  if (node.enum) return node.enum.map((value) => `'${value}'`).join(' | ');
  if (node.type === 'array') {
    const item = valueType(node.items!);
    return `readonly ${item.includes(' ') ? `(${item})` : item}[]`;
  }
  if (node.type === 'integer' || node.type === 'number') return 'number';
  if (node.type === 'string' || node.type === 'boolean') return node.type;
  throw new Error(`the schema has a type that the emitter does not know: ${JSON.stringify(node.type)}`);
}

function field(name: string, node: Schema, type: string): string {
  return `  /** ${node.description} */\n  readonly ${name}: ${type};`;
}

function block(name: string, description: string, fields: readonly string[]): string {
  return `/** ${description} */\nexport interface ${name} {\n${fields.join('\n')}\n}\n`;
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function singular(name: string): string {
  return name.replace(/s$/, '');
}
