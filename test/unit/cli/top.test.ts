import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { renderFrame } from '../../../src/cli/top/render-frame.ts';
import { compareSamples } from '../../../src/cli/top/sample.ts';
import type { Status } from '../../../src/supervisor/status.ts';
import { createFolder } from '../../support/folder.ts';
import { answerControl, run } from './answering-server.ts';
import { EXAMPLE_STATUS } from './example-status.ts';
import { ENTRY } from './run-program.ts';

const NOON = new Date(2026, 10, 21, 12, 0, 0);

function grown(records: number, bytes: number, connections: number): Status {
  return {
    ...EXAMPLE_STATUS,
    records: { ...EXAMPLE_STATUS.records, stored: records, bytes },
    connections: { ...EXAMPLE_STATUS.connections, total: connections },
  };
}

test('a frame has state, processes, listeners, rates and the last error', () => {
  const before = { atMs: 0, status: grown(1000, 0, 10), cpuMs: new Map([[100, 500]]) };
  const after = { atMs: 2000, status: grown(4000, 4096, 12), cpuMs: new Map([[100, 800]]) };
  const lines = renderFrame(after.status, compareSamples(before, after), NOON).map(({ text }) => text);
  assert.equal(
    lines.join('\n'),
    `LogServer   running, not ready   revision 6   up 1 h 2 min   version 0.1.0   12:00:00
the worker is starting

process     state     pid  cpu     memory    restarts  last exit
supervisor  running   100  15.0 %  50.0 MiB  0         -
worker      starting  -    -       -         2         SIGKILL

listener  address         TLS  protocols
main      [::1]:8443      yes  all
logs      127.0.0.1:9020  no   log-frames

             total           per second
records      4,000 stored    1,500
written      4.0 KiB         2.0 KiB
connections  3 open of 1000  1

log_frames_cut  7

last error   2026-11-21T10:30:00.000Z broken\\x1b[2J`,
  );
});

test('the head of a frame has a level that was set for the time being', () => {
  const config = { ...EXAMPLE_STATUS.config, level_override: 'debug' };
  const [head] = renderFrame({ ...EXAMPLE_STATUS, config }, undefined, NOON);
  assert.match(head?.text ?? '', / {3}revision 6 {3}log level debug {3}up /);
});

test('two samples of different servers, or of none, have no rates', () => {
  const sample = { atMs: 0, status: EXAMPLE_STATUS, cpuMs: new Map() };
  const later = { ...sample, atMs: 1000 };
  assert.equal(compareSamples(undefined, later), undefined);
  assert.equal(compareSamples(sample, { ...later, status: undefined }), undefined);
  assert.equal(compareSamples({ ...sample, status: undefined }, later), undefined);
  assert.equal(compareSamples(sample, { ...later, status: { ...EXAMPLE_STATUS, pid: 9 } }), undefined);
  assert.equal(compareSamples(sample, later)?.records, 0);
});

test('a store that counts from zero again has no negative rate', () => {
  const before = { atMs: 0, status: grown(9, 5000, 9), cpuMs: new Map() };
  assert.equal(compareSamples(before, { atMs: 1000, status: grown(9, 0, 9), cpuMs: new Map() })?.bytes, 0);
});

test('without a terminal frames are printed one after the other', async (t) => {
  const folder = createFolder(t);
  let records = 0;
  await answerControl(t, folder, {
    status: async () => {
      records += 100;
      return grown(records, 0, 1);
    },
  });
  const { code, stdout } = await run(folder, 'top', '--once');
  assert.match(stdout, /^LogServer {3}running, not ready/);
  assert.doesNotMatch(stdout, /\u001b/);
  assert.equal(code, 0);
  const json = await run(folder, 'top', '--json', '-n', '2');
  const frames = json.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(frames.length, 2);
  assert.equal(frames[1].status.records.stored, 500);
  assert.ok(frames[1].per_second.records > 0);
});

test('a frame without a server says so', async (t) => {
  const { code, stdout } = await run(createFolder(t), 'top', '--once');
  assert.match(stdout, /^no server answers {3}\d\d:\d\d:\d\d\n/);
  assert.equal(code, 69);
});

const SCRIPT = '/usr/bin/script';
const skip = existsSync(SCRIPT) ? false : `there is no ${SCRIPT}, which makes a terminal`;

/** The verb on a terminal of 80 columns and 24 rows. */
function startOnTerminal(t: TestContext, folder: string) {
  const { XDG_RUNTIME_DIR: _, ...env } = process.env;
  const command = `stty cols 80 rows 24; exec '${process.execPath}' '${ENTRY}' top`;
  const child = spawn(SCRIPT, ['-qefc', command, '/dev/null'], {
    cwd: folder,
    env: { ...env, TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return {
    child,
    /** Resolves with what was shown so far, when it has the text. */
    until: async (text: string): Promise<string> => {
      while (!output.includes(text)) await once(child.stdout, 'data');
      return output;
    },
    output: () => output,
  };
}

for (const [key, name, exitCode] of [
  ['q', 'q', 0],
  ['\u0003', 'Ctrl-C', 130],
] as const) {
  test(`on a terminal it fills the screen, and ${name} gives it back`, { skip }, async (t) => {
    const folder = createFolder(t);
    const server = await answerControl(t, folder, {
      status: async () => ({ ...EXAMPLE_STATUS, name: 'x'.repeat(200), ready: true }),
    });
    const { child, until, output } = startOnTerminal(t, folder);
    assert.ok((await until('x'.repeat(80))).startsWith('\u001b[?1049h\u001b[?25l'));
    await server.close();
    await until('no server answers');
    const closed = once(child, 'close');
    child.stdin.write(key);
    assert.equal((await closed)[0], exitCode);
    assert.ok(output().endsWith('\u001b[?25h\u001b[?1049l'), JSON.stringify(output().slice(-100)));
    assert.ok(!output().includes('x'.repeat(81)));
  });
}
