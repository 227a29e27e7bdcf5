import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fillDefaults } from '../../../src/config/defaults.ts';
import { RELOAD_WORDS } from '../../../src/config/describe-key.ts';
import { findPlanned } from '../../../src/config/planned.ts';
import { describeKeys, findSchema, schema, schemaText, sectionTable } from '../../../src/config/schema.ts';
import type { Schema } from '../../../src/config/schema-node.ts';
import type { Tree } from '../../../src/config/tree.ts';
import { validateTree } from '../../../src/config/validate.ts';

const keys = describeKeys();

test('every key has a title, a description in sentences, a reload class and an example or choices', () => {
  for (const key of keys) {
    assert.ok(key.title.length > 1, key.key);
    assert.match(key.description, /^[A-Z].*[.]$/s, key.key);
    assert.ok(key.reload in RELOAD_WORDS, key.key);
    assert.ok(key.examples.length > 0 || key.type === 'boolean', key.key);
    assert.ok(key.isRequired || key.default !== undefined, key.key);
  }
});

test('every number has limits, and every text and list a largest size', () => {
  for (const [section, node] of Object.entries(schema.properties ?? {})) {
    for (const [name, child] of Object.entries(sectionTable(node).properties ?? {})) {
      const place = `${section}.${name}`;
      const form: Schema = child['x-secret'] ? child.anyOf![0]! : child;
      if (form.type === 'integer') assert.ok(form.minimum !== undefined && form.maximum !== undefined, place);
      if (form.type === 'string' && !form.enum) assert.ok(form.maxLength && form.pattern, place);
      if (form.type === 'array') assert.ok(form.maxItems, place);
    }
  }
});

test('no table takes unknown keys', () => {
  const tables = JSON.parse(schemaText(), (_, value) => {
    if (value?.type === 'object') assert.equal(value.additionalProperties, false);
    return value;
  });
  assert.ok(tables);
});

test('the defaults are valid and none is planned', () => {
  const config = fillDefaults({}) as unknown as Tree;
  assert.deepEqual(validateTree(config), []);
  assert.deepEqual(findPlanned(config), []);
});

test('every example is valid', () => {
  for (const key of keys.filter(({ section }) => section !== 'listeners')) {
    for (const example of key.examples) {
      assert.deepEqual(validateTree({ [key.section]: { [key.name]: example } }), [], key.key);
    }
  }
});

test('any value but the default of a planned key is refused', () => {
  for (const key of keys.filter(({ isPlanned, section }) => isPlanned && section !== 'listeners')) {
    const other = key.type === 'boolean' ? !key.default : key.examples[0];
    const codes = findPlanned({ [key.section]: { [key.name]: other } }).map(({ code }) => code);
    assert.deepEqual(codes, ['CFG0301'], key.key);
    assert.deepEqual(findPlanned({ [key.section]: { [key.name]: key.default } }), [], key.key);
  }
});

test('the program carries the schema of the file', () => {
  const file = readFileSync(new URL('../../../schemas/config.schema.json', import.meta.url), 'utf8');
  assert.deepEqual(JSON.parse(schemaText()), JSON.parse(file));
});

test('names of every object in JavaScript are not keys', () => {
  assert.equal(findSchema(['constructor']), undefined);
  assert.equal(findSchema(['network', 'toString']), undefined);
  assert.equal(findSchema(['auth', 'admin_token', 'constructor']), undefined);
});
