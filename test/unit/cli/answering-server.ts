import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { loadConfig } from '../../../src/config/load.ts';
import { type Paths, resolvePaths } from '../../../src/config/paths.ts';
import { type ControlMethods, ControlServer } from '../../../src/supervisor/control-server.ts';
import { silentLogger } from '../../support/logger.ts';
import { ENTRY } from './run-program.ts';

/** A process that a PID file can name; it does with signals what the code says, and says when it is ready. */
export async function startProcess(t: TestContext, folder: string, code: string): Promise<ChildProcess> {
  writeFileSync(join(folder, 'main.mjs'), `setInterval(() => {}, 1000); ${code}; console.log('ready');`);
  // Not a service of the service manager that runs the tests, if one does.
  const { INVOCATION_ID: _, NOTIFY_SOCKET: __, LISTEN_FDS: ___, ...env } = process.env;
  const child = spawn(process.execPath, [join(folder, 'main.mjs'), 'millrace'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  writeFileSync(join(folder, 'server.pid'), `${child.pid}\n`);
  return child;
}

/** What a verb did. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a verb while this process goes on, for it is the server. */
export async function run(cwd: string, ...args: string[]): Promise<Result> {
  const child = spawnVerb(cwd, ...args);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code, ...texts };
}

export function spawnVerb(cwd: string, ...args: string[]) {
  const { XDG_RUNTIME_DIR: _, ...env } = process.env;
  return spawn(process.execPath, [ENTRY, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Where the program looks for a server of this folder. */
export async function pathsOf(folder: string): Promise<Paths> {
  return resolvePaths((await loadConfig({ cwd: folder, env: {} })).config, {});
}

/** A control socket where the program looks for it. */
export async function answerControl(
  t: TestContext,
  folder: string,
  methods: ControlMethods,
): Promise<ControlServer> {
  const server = new ControlServer((await pathsOf(folder)).controlSocket, methods, silentLogger);
  await server.start();
  t.after(() => server.close());
  return server;
}
