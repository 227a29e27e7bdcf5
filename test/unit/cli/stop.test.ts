import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfig } from '../../../src/config/load.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import { type ControlMethods, ControlServer } from '../../../src/supervisor/control-server.ts';
import { createFolder } from '../../support/folder.ts';
import { silentLogger } from '../../support/logger.ts';
import { ENTRY } from './run-program.ts';

/** A process that a PID file can name; it does with signals what the code says, and says when it is ready. */
async function startProcess(t: TestContext, folder: string, code: string): Promise<ChildProcess> {
  writeFileSync(join(folder, 'main.mjs'), `setInterval(() => {}, 1000); ${code}; console.log('ready');`);
  const child = spawn(process.execPath, [join(folder, 'main.mjs'), 'millrace'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  writeFileSync(join(folder, 'server.pid'), `${child.pid}\n`);
  return child;
}

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(cwd: string, ...args: string[]): Promise<Result> {
  const { XDG_RUNTIME_DIR: _, ...env } = process.env;
  const child = spawn(process.execPath, [ENTRY, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

/** A control socket where the program looks for it. */
async function answerControl(t: TestContext, folder: string, methods: ControlMethods): Promise<void> {
  const { config } = await loadConfig({ cwd: folder, env: {} });
  const server = new ControlServer(resolvePaths(config, {}).controlSocket, methods, silentLogger);
  await server.start();
  t.after(() => server.close());
}

test('a server that does not listen for commands is stopped by the PID file and SIGTERM', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, '');
  const exited = once(child, 'exit');
  const { code, stdout } = await run(folder, 'stop');
  assert.equal(stdout, `stopped (pid ${child.pid})\n`);
  assert.equal(code, 0);
  assert.deepEqual(await exited, [null, 'SIGTERM']);
});

test('--force sends SIGQUIT', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, `process.on('SIGQUIT', () => process.exit(7))`);
  const exited = once(child, 'exit');
  const { code, stdout } = await run(folder, 'stop', '--force', '--json');
  assert.equal(code, 0);
  const { stopped, pid, killed } = JSON.parse(stdout);
  assert.deepEqual([stopped, pid, killed], [true, child.pid, false]);
  assert.deepEqual(await exited, [7, null]);
});

test('--force kills a server that does not end', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, `process.on('SIGQUIT', () => {})`);
  const exited = once(child, 'exit');
  const { code, stdout } = await run(folder, 'stop', '--force');
  assert.equal(stdout, `stopped (pid ${child.pid}, killed)\n`);
  assert.equal(code, 0);
  assert.deepEqual(await exited, [null, 'SIGKILL']);
});

test('a server that still runs when the time is over is left alone, and that is said', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, `process.on('SIGTERM', () => {})`);
  const { code, stderr } = await run(folder, 'stop', '--timeout', '0.1');
  assert.equal(code, 75);
  assert.match(stderr, new RegExp(`pid ${child.pid}\\) still runs after 0.1 s; .*server stop --force`));
  assert.equal(child.exitCode, null);
});

for (const [what, content] of [
  ['garbage', 'x'],
  ['nothing', ''],
  ['zero', '0'],
  ['the number of another program', `${process.pid}`],
  ['a number that nobody has', '4194305'],
] as const) {
  test(`a PID file with ${what} means that no server runs`, async (t) => {
    const folder = createFolder(t);
    writeFileSync(join(folder, 'server.pid'), content);
    for (const verb of ['stop', 'status']) {
      const { code, stdout } = await run(folder, verb);
      assert.equal(stdout, 'not running\n');
      assert.equal(code, 3);
    }
  });
}

test('a server that runs but does not answer is told apart from none', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, '');
  const { code, stderr } = await run(folder, 'status');
  assert.match(
    stderr,
    new RegExp(`a server runs \\(pid ${child.pid}, from .*server\\.pid\\) but does not answer`),
  );
  assert.equal(code, 69);
});

test('stop asks the control socket and waits for the process that it names', async (t) => {
  const folder = createFolder(t);
  const child = await startProcess(t, folder, `process.on('SIGUSR2', () => process.exit(5))`);
  const asked: unknown[] = [];
  await answerControl(t, folder, {
    stop: async (params) => {
      asked.push(params);
      child.kill('SIGUSR2');
      return { pid: child.pid as number };
    },
  });
  const exited = once(child, 'exit');
  const { code, stdout } = await run(folder, 'stop');
  assert.equal(stdout, `stopped (pid ${child.pid})\n`);
  assert.equal(code, 0);
  assert.deepEqual(asked, [{ mode: 'graceful' }]);
  assert.deepEqual(await exited, [5, null]);
});

test('an error of the server is told', async (t) => {
  const folder = createFolder(t);
  await answerControl(t, folder, {
    status: () => Promise.reject(new Error('the store is on fire')),
  });
  const { code, stderr } = await run(folder, 'status');
  assert.match(stderr, /the store is on fire/);
  assert.equal(code, 1);
});
