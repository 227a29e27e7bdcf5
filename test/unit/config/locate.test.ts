import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatKey, type KeyPath } from '../../../src/config/key-path.ts';
import { locateKeys } from '../../../src/config/locate.ts';
import { parseDocument } from '../../../src/config/parse.ts';
import { writeTomlValue } from '../../../src/config/toml-text.ts';
import { isTable } from '../../../src/config/tree.ts';

const bareName = fc.stringMatching(/^[a-z][a-z0-9_-]{0,6}$/).filter((name) => name !== '__proto__');
const quotedName = fc.stringMatching(/^[ a-z.äé"]{1,6}$/);
const name = fc.oneof({ weight: 4, arbitrary: bareName }, quotedName);
const plain = fc.oneof(fc.integer(), fc.boolean(), fc.stringMatching(/^[ -~äé\t]{0,12}$/));
const inline = fc.dictionary(bareName, plain, { maxKeys: 3, noNullPrototype: true });
const list = fc.array(fc.oneof(plain, inline), { maxLength: 3 });
const value = fc.oneof(plain, inline, list);

/** Names in one table without one being part of another's dotted key. */
const pairs = fc.uniqueArray(fc.tuple(fc.array(name, { minLength: 1, maxLength: 2 }), value), {
  selector: ([[first]]) => first,
  maxLength: 4,
});
const documents = fc.record({
  top: pairs,
  tables: fc.uniqueArray(
    fc.record({
      name: bareName,
      isList: fc.boolean(),
      entries: fc.array(pairs, { minLength: 1, maxLength: 3 }),
    }),
    {
      selector: (table) => table.name,
      maxLength: 4,
    },
  ),
  indent: fc.constantFrom('', '  ', '\t'),
  end: fc.constantFrom('\n', '\r\n'),
});

type Document = typeof documents extends fc.Arbitrary<infer T> ? T : never;

function write({ top, tables, indent, end }: Document): string {
  const lines: string[] = [];
  const writePairs = (list: Document['top']) => {
    for (const [names, content] of list) {
      lines.push(
        `${indent}${names.map(writeName).join(' . ')}  =  ${writeTomlValue(content)} # comment = 1`,
        '',
      );
    }
  };
  // Prefixed, so that no heading repeats a key of the top.
  writePairs(top);
  for (const table of tables) {
    const heading = `t_${table.name}`;
    for (const [index, entry] of table.entries.entries()) {
      lines.push(table.isList ? `[[ ${heading} ]]` : `[${heading}.n${index}]`);
      writePairs(entry);
    }
  }
  return lines.join(end);
}

function writeName(text: string): string {
  return /^[A-Za-z0-9_-]+$/.test(text) ? text : JSON.stringify(text);
}

/** Every path of the tree, with the value there. */
function* paths(tree: unknown, path: KeyPath = []): Generator<[KeyPath, unknown]> {
  if (path.length > 0) yield [path, tree];
  if (isTable(tree)) for (const [key, child] of Object.entries(tree)) yield* paths(child, [...path, key]);
  else if (Array.isArray(tree))
    for (const [index, child] of tree.entries()) yield* paths(child, [...path, index]);
}

test('every key and value that the parser sees is found where it is written', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const text = write(document);
      const { tree } = parseDocument(Buffer.from(text), 'x.toml');
      fc.pre(tree !== undefined);
      const places = locateKeys(text);
      const lines = text.split(/\r?\n/);
      for (const [path, content] of paths(tree)) {
        const place = places.get(formatKey(path));
        assert.ok(place, `${formatKey(path)} is not found in\n${text}`);
        const last = path.at(-1)!;
        if (typeof last === 'string') {
          const { line, column, length } = place.key;
          assert.equal(lines[line - 1]!.slice(column - 1, column - 1 + length), writeName(last));
        }
        if (typeof content !== 'object' && place.value) {
          const { line, column, length } = place.value;
          assert.equal(lines[line - 1]!.slice(column - 1, column - 1 + length), writeTomlValue(content));
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a day that does not exist does not hide the other places', () => {
  assert.equal(locateKeys('[a]\nb = 2023-02-30\nc = 1').get('a.c')?.value?.line, 3);
});

test('text that is not TOML has no places', () => {
  assert.equal(locateKeys('[a\nb').size, 0);
});
