import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Paths } from '../../src/config/paths.ts';
import type { ControlApi } from '../../src/supervisor/control-api.ts';
import { callControl } from '../../src/supervisor/control-client.ts';
import type { ListenerStatus, Status } from '../../src/supervisor/status.ts';
import { type Cleanup, createFolder } from './folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const ENTRY = join(ROOT, 'dist', 'main.js');

/** The environment without anything that would configure a server. */
const ENV = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(SERVER_|NODE_TEST|NODE_OPTIONS|XDG_|LOG_LEVEL|RUST_LOG)/.test(name),
  ),
);

/** What a verb did. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server under test: real processes from the build, in a folder of their own. */
export class Daemon {
  readonly folder: string;
  readonly configFile: string;
  readonly process: ChildProcess;
  /** The daemon's own log lines so far, as JSON. */
  readonly log: Record<string, unknown>[] = [];
  readonly exited: Promise<number | NodeJS.Signals>;
  stderr = '';
  #waiting: (() => void)[] = [];

  private constructor(folder: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.configFile = join(folder, 'config.toml');
    this.process = spawn(process.execPath, [ENTRY, 'run', '--config', this.configFile, ...args], {
      cwd: folder,
      env: { ...ENV, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = new Promise((resolve) => {
      this.process.once('close', (code, signal) => {
        resolve(signal ?? (code as number));
        this.#wake();
      });
    });
    createInterface({ input: this.process.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      this.log.push(line.startsWith('{') ? JSON.parse(line) : { message: line });
      this.#wake();
    });
    this.process.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
  }

  /**
   * Starts a server with this configuration, free ports and TLS off unless it says otherwise, and waits until
   * it serves, or until a line like `until`. It is gone after the test.
   */
  static async start(
    t: Cleanup,
    toml = '',
    {
      folder = createFolder(t),
      args = [] as string[],
      env = {} as NodeJS.ProcessEnv,
      until = /all server components started/,
    } = {},
  ): Promise<Daemon> {
    assertBuilt();
    writeFileSync(join(folder, 'config.toml'), withDefaults(toml));
    const daemon = new Daemon(folder, args, env);
    t.after(async () => {
      daemon.process.kill('SIGKILL');
      await daemon.exited;
    });
    await daemon.waitForLog(until);
    return daemon;
  }

  /** The first log line, from line `from` on, whose message matches. Fails when the server ends before. */
  async waitForLog(pattern: RegExp, from = 0): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.log.slice(from).find(({ message }) => pattern.test(String(message)));
      if (found !== undefined) return found;
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        assert.fail(
          `the server ended without a line like ${pattern}:\n${JSON.stringify(this.log, null, 1)}\n${this.stderr}`,
        );
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async status(): Promise<Status> {
    const { stdout, stderr, code } = await this.run('status', '--json');
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  }

  /** The address of a listener; `main` is the universal port. */
  async listener(name = 'main'): Promise<ListenerStatus> {
    const found = (await this.status()).listeners.find((listener) => listener.name === name);
    assert.ok(found, `no listener ${name}`);
    return found;
  }

  /** The process of a role, once it is ready and, with `otherThan`, another one than before. */
  async pidOf(role: 'worker' | 'store', otherThan?: number): Promise<number> {
    for (;;) {
      const from = this.log.length;
      const found = (await this.status()).processes.find((each) => each.role === role);
      if (found?.state === 'ready' && found.pid !== null && found.pid !== otherThan) return found.pid;
      await this.waitForLog(new RegExp(`the ${role} is ready`), from);
    }
  }

  get logFile(): string {
    return join(this.folder, 'data', 'logs', '_main.log');
  }

  /** Asks over the control socket. Rejects with `ControlError`. */
  control<Method extends keyof ControlApi>(
    method: Method,
    params: ControlApi[Method]['params'],
  ): Promise<ControlApi[Method]['result']> {
    const controlSocket = join(this.folder, 'data', 'run', 'control.sock');
    const call = callControl({ controlSocket } as Paths, method, params, { timeoutMs: 60_000 });
    return call as Promise<ControlApi[Method]['result']>;
  }

  /** Replaces the configuration by one with these lines, and free ports and TLS off unless it says otherwise. */
  write(toml: string): void {
    writeFileSync(this.configFile, withDefaults(toml));
  }

  /** Runs a verb against this server's configuration. */
  run(...args: string[]): Promise<Run> {
    return runServer([...args, '--config', this.configFile], { cwd: this.folder });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals> {
    this.process.kill(signal);
    return this.exited;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Runs the built program to its end. */
export function runServer(
  args: readonly string[],
  { cwd, env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [ENTRY, ...args],
      { cwd, env: { ...ENV, ...env }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) =>
        resolve({ code: error ? (error.code as unknown as number) : 0, stdout, stderr }),
    );
  });
}

function withDefaults(toml: string): string {
  let text = toml;
  for (const [section, key, value] of [
    ['network', 'port', '0'],
    ['tls', 'enabled', 'false'],
    ['logging', 'console', '"json"'],
    ['daemon', 'watch_config', 'false'],
  ] as const) {
    const table = new RegExp(`^\\[${section}\\]$([^\\[]*)`, 'm');
    const body = table.exec(text)?.[1];
    if (body === undefined)
      text = `[${section}]\n${key} = ${value}\n${text.startsWith('[') ? '' : '\n'}${text}`;
    else if (!new RegExp(`^${key} *=`, 'm').test(body))
      text = text.replace(`[${section}]\n`, `[${section}]\n${key} = ${value}\n`);
  }
  return text;
}

function assertBuilt(): void {
  const builtAt = statSync(ENTRY).mtimeMs;
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  const newer = sources.find(
    (path) => path.endsWith('.ts') && statSync(join(ROOT, 'src', path)).mtimeMs > builtAt,
  );
  assert.equal(newer, undefined, 'the build is older than the sources: run "npm run build"');
}
