import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/**
 * Which folder may import which. Everybody may import itself, `observe` and `process`, and the types of
 * `config`. `registry` and `main` are files of their own at the top.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  main: ['cli', 'worker', 'store'],
  // The verbs start the daemon, ask it, and bring clients of their own (`send`, `generate-cert`).
  cli: ['supervisor', 'config', 'protocols', 'tls', 'link'],
  supervisor: ['config', 'tls'],
  worker: ['registry', 'protocols', 'link', 'tls', 'config'],
  registry: ['protocols'],
  protocols: ['link', 'config'],
  store: ['link', 'config'],
  link: ['config'],
  tls: ['config'],
  process: ['config', 'tls'],
  observe: ['config'],
  config: [],
};
const FOR_ALL = ['observe', 'process'];
/** What must stay free of them: whoever imports everything would close a circle. */
const WITHOUT_FOR_ALL = ['config'];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

const imports = readImports();

test('every folder of src is in the table', () => {
  const present = readdirSync(SRC).filter((name) => name !== 'README.md');
  assert.deepEqual(present.map((name) => name.replace(/\.ts$/, '')).sort(), Object.keys(ALLOWED).sort());
});

test('imports go only where the table allows', () => {
  const wrong = imports.filter(({ from, to }) => {
    const source = partOf(from);
    const target = partOf(to);
    if (source === target) return false;
    if (FOR_ALL.includes(target) && !WITHOUT_FOR_ALL.includes(source)) return false;
    return !ALLOWED[source]?.includes(target);
  });
  assert.deepEqual(wrong.map(describe), []);
});

test('no protocol imports another', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [source, target] = [from, to].map((path) => /^protocols\/([^/]+)\//.exec(path)?.[1]);
    return source !== undefined && target !== undefined && source !== target;
  });
  assert.deepEqual(wrong.map(describe), []);
});

test('only the registry names the protocols', () => {
  const wrong = imports.filter(
    ({ from, to }) =>
      /^protocols\/[^/]+\//.test(to) &&
      partOf(from) !== 'protocols' &&
      !['registry', 'cli'].includes(partOf(from)),
  );
  assert.deepEqual(wrong.map(describe), []);
});

test('imports that run never go in circles', () => {
  const targets = Map.groupBy(
    imports.filter(({ isType }) => !isType),
    ({ from }) => from,
  );
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    assert.ok(!trail.includes(path), `circle: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`);
    if (done.has(path)) return;
    for (const { to } of targets.get(path) ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
});

test('the exit of the process is in one place', () => {
  const callers = listSources().filter((path) =>
    /process\.exit\(/.test(readFileSync(join(SRC, path), 'utf8')),
  );
  assert.deepEqual(callers, ['main.ts']);
});

function readImports(): Import[] {
  return listSources().flatMap((from) => {
    const text = readFileSync(join(SRC, from), 'utf8');
    const found = [
      ...text.matchAll(/^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'(\.[^']+)'/gm),
      ...text.matchAll(/(?:await\s+|return\s+|=>\s*|^\s*|\()import\((type\s)?'(\.[^']+)'\)/gm),
    ];
    return found.map(([, type, path]) => ({
      from,
      to: relative(SRC, resolve(SRC, dirname(from), path as string)),
      isType: type !== undefined,
    }));
  });
}

function listSources(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
}

function partOf(path: string): string {
  return (path.split('/')[0] as string).replace(/\.ts$/, '');
}

function describe({ from, to }: Import): string {
  return `${from} → ${to}`;
}
