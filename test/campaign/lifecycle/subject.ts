import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify, type TomlTable } from 'smol-toml';
import type { Paths } from '../../../src/config/paths.ts';
import type { ControlApi } from '../../../src/supervisor/control-api.ts';
import { callControl } from '../../../src/supervisor/control-client.ts';
import type { Status } from '../../../src/supervisor/status.ts';
import { Daemon } from '../../support/daemon.ts';
import type { Cleanup } from '../../support/folder.ts';
import type { Address } from '../../support/log-client.ts';

/** A configuration whose tables are all there, so that an edit is an assignment. */
export interface Settings extends TomlTable {
  network: TomlTable;
  tls: TomlTable;
  logging: TomlTable;
  logs: TomlTable;
  daemon: TomlTable;
  listeners: TomlTable[];
}

const POLL_MS = 3;

/** What was waited for did not come. */
export class NotReachedError extends Error {
  readonly code = 'ERR_NOT_REACHED';
}

/** The daemon of a campaign and the configuration file that is edited while it runs. */
export class Subject {
  readonly settings: Settings;
  readonly daemon: Daemon;
  readonly #paths: Paths;

  private constructor(daemon: Daemon, settings: Settings) {
    this.daemon = daemon;
    this.settings = settings;
    this.#paths = { controlSocket: join(daemon.folder, 'data', 'run', 'control.sock') } as Paths;
  }

  static async start(undo: Cleanup, tables: Partial<Settings> = {}, watch = false): Promise<Subject> {
    const settings: Settings = {
      network: { port: 0, max_connections: 10_000, ...tables.network },
      tls: { enabled: false, ...tables.tls },
      logging: { console: 'json', level: 'info', ...tables.logging },
      logs: { max_file_bytes: 64 * 1024 * 1024, backup_count: 100, ...tables.logs },
      daemon: { watch_config: watch, ...tables.daemon },
      listeners: tables.listeners ?? [],
    };
    return new Subject(await Daemon.start(undo, stringify(settings)), settings);
  }

  /** Replaces the file in one step, as an editor does. */
  save(text = stringify(this.settings)): void {
    const next = `${this.daemon.configFile}.next`;
    writeFileSync(next, text);
    renameSync(next, this.daemon.configFile);
  }

  hash(): string {
    return createHash('sha256').update(readFileSync(this.daemon.configFile)).digest('hex');
  }

  signal(signal: NodeJS.Signals): void {
    this.daemon.process.kill(signal);
  }

  async call<Method extends keyof ControlApi>(
    method: Method,
    params: ControlApi[Method]['params'],
  ): Promise<ControlApi[Method]['result']> {
    return (await callControl(this.#paths, method, params)) as ControlApi[Method]['result'];
  }

  status(): Promise<Status> {
    return this.call('status', {});
  }

  async addressOf(name: string): Promise<Address> {
    const { address, port, tls } = await this.daemon.listener(name);
    return tls ? { address, port, ca: this.authority() } : { address, port };
  }

  /** What clients trust where the server made its certificate itself. */
  authority(): Buffer {
    return readFileSync(join(this.daemon.folder, 'data', 'certs', 'ca.crt'));
  }

  /** The first status of which this is true. Throws `NotReachedError` when it takes too long. */
  async until(what: string, isTrue: (status: Status) => boolean, withinMs: number): Promise<Status> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const status = await this.status();
      if (isTrue(status)) return status;
      if (performance.now() > deadline) {
        throw new NotReachedError(`not within ${withinMs} ms: ${what}; ${JSON.stringify(status.config)}`);
      }
      await delay(POLL_MS);
    }
  }
}

/** The processes of a role that take new connections or data. */
export function listPids({ processes }: Status, role: 'worker' | 'store'): number[] {
  return processes
    .filter((each) => each.role === role && each.state === 'ready' && each.pid !== null)
    .map(({ pid }) => pid as number);
}
