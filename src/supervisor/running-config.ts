import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Change, diffConfigs } from '../config/diff.ts';
import { type Listener, resolveListeners } from '../config/listeners.ts';
import type { LoadedConfig } from '../config/load.ts';
import { type Paths, resolvePaths } from '../config/paths.ts';
import { planReload, type ReloadPlan } from '../config/reload-plan.ts';
import { freezeDeep } from '../config/tree.ts';
import type { Config, LoggingConfig, TlsConfig } from '../config/types.generated.ts';
import type { LogOutput } from '../observe/log-output.ts';
import type { Logger } from '../observe/logger.ts';
import type { CheckedTlsMaterial } from '../tls/certificate.ts';
import type { InheritedSockets } from './inherited-sockets.ts';
import type { ProcessTree, Setup } from './process-tree.ts';
import { type BoundListener, type ListenError, Sockets } from './sockets.ts';
import { undoOnFailure } from './undo.ts';

type ConfiguredLevel = LoggingConfig['level'];

/** What a configuration would change, or has changed. */
export interface Difference {
  readonly changes: readonly Change[];
  /** Nothing at all differs from what was given last, also not in what waits for a restart. */
  readonly isEmpty: boolean;
}

interface Current {
  readonly loaded: LoadedConfig;
  /** The configuration that runs: what was loaded, with the former values of the keys that need a restart. */
  readonly config: Config;
  readonly pendingRestart: readonly string[];
  readonly setup: Setup;
  readonly tls: CheckedTlsMaterial | undefined;
}

export interface RunningConfigOptions {
  readonly output: LogOutput;
  readonly logger: Logger;
  readonly tree: ProcessTree;
  readonly inherited?: InheritedSockets | undefined;
}

/**
 * The configuration that runs, and what is made of it: the daemon's own log, the sockets, the certificates and the
 * processes. A start is a change from nothing.
 */
export class RunningConfig {
  readonly #options: RunningConfigOptions;
  readonly #sockets: Sockets;
  #current: Current | undefined;
  /** Set by hand; holds until the configured level changes. */
  #level: ConfiguredLevel | undefined;

  constructor(options: RunningConfigOptions) {
    this.#options = options;
    this.#sockets = new Sockets(options.inherited);
  }

  get isThere(): boolean {
    return this.#current !== undefined;
  }

  /** What was given last; some keys of it may wait for a restart. */
  get loaded(): LoadedConfig {
    return this.#given().loaded;
  }

  get config(): Config {
    return this.#given().config;
  }

  get levelOverride(): string | null {
    return this.#level !== undefined && this.#level !== this.config.logging.level ? this.#level : null;
  }

  get paths(): Paths {
    return this.#given().setup.paths;
  }

  /** The file of the collected log messages. */
  get logFile(): string {
    return join(this.paths.logDirectory, this.config.logs.file_name);
  }

  get pendingRestart(): readonly string[] {
    return this.#given().pendingRestart;
  }

  get listeners(): readonly BoundListener[] {
    return this.#current?.setup.listeners ?? [];
  }

  /** Files whose content is a part of what runs, beside the configuration file. */
  get files(): readonly string[] {
    const { cert_file, key_file, ca_file } = this.config.tls;
    return [cert_file, key_file, ca_file].filter((file) => file !== '');
  }

  /** What would change. Rejects where the certificates cannot be used or an address cannot be had. */
  async compare(next: LoadedConfig): Promise<Difference> {
    const plan = this.#plan(next);
    try {
      this.#sockets.open(resolveListeners(plan.effective));
    } finally {
      this.#sockets.retain(this.listeners);
    }
    return this.#difference(next, plan, await this.#readCertificates(plan.effective, false));
  }

  /**
   * Brings the daemon to the configuration, all or nothing: after a rejection it runs as before. `bindPatienceMs` is how
   * long to wait for an address that is taken.
   */
  async apply(next: LoadedConfig, { bindPatienceMs = 0 } = {}): Promise<Difference> {
    const { output, tree } = this.#options;
    const plan = this.#plan(next);
    const previous = this.#current;
    const level = plan.changes.some(({ key }) => key === 'logging.level') ? undefined : this.#level;
    const config = withLevel(plan.effective, level);
    let current: Current | undefined;
    let difference: Difference = { changes: [], isEmpty: true };
    await undoOnFailure(async (undo) => {
      if (previous !== undefined) {
        undo(() => output.update(previous.setup.config.logging));
        await output.update(config.logging);
      }
      undo(() => this.#sockets.retain(previous?.setup.listeners ?? []));
      const listeners = await this.#openSockets(config, bindPatienceMs);
      const tls = await this.#readCertificates(config, true);
      difference = this.#difference(next, plan, tls);
      const areCertificatesNew = !isSameMaterial(previous?.tls, tls);
      const setup = { config, paths: resolvePaths(config), listeners, tls };
      await tree.apply(setup, { ...plan.needs, live: plan.needs.live || areCertificatesNew });
      const { effective, pendingRestart } = plan;
      current = { loaded: next, config: effective, pendingRestart, setup, tls };
      for (const warning of areCertificatesNew ? (tls?.warnings ?? []) : [])
        this.#options.logger.warn(warning);
    });
    this.#level = level;
    this.#current = current;
    this.#sockets.retain(this.listeners);
    return difference;
  }

  /** The level of the daemon's own log, of all processes, until the configured one changes. */
  async setLevel(level: ConfiguredLevel): Promise<ConfiguredLevel> {
    const { output, tree } = this.#options;
    const current = this.#given();
    const setup = { ...current.setup, config: withLevel(current.config, level) };
    await tree.apply(setup, { live: true, workers: false, store: false });
    await output.update(setup.config.logging);
    this.#level = level;
    this.#current = { ...current, setup };
    return current.setup.config.logging.level;
  }

  close(): void {
    this.#sockets.close();
  }

  #given(): Current {
    if (this.#current === undefined) throw new Error('nothing runs yet');
    return this.#current;
  }

  #plan(next: LoadedConfig): ReloadPlan {
    return planReload(this.#current?.config ?? next.config, next.config);
  }

  #difference(next: LoadedConfig, plan: ReloadPlan, tls: CheckedTlsMaterial | undefined): Difference {
    const current = this.#current;
    if (current === undefined) return { changes: [], isEmpty: false };
    const given = diffConfigs(current.loaded.config, next.config);
    // What waits for a restart was told when it was new.
    const isNew = ({ key, how }: Change) => how !== 'restart' || given.some((change) => change.key === key);
    const changes = plan.changes.filter(isNew);
    const areCertificatesNew = !isSameMaterial(current.tls, tls);
    if (areCertificatesNew && current.tls !== undefined && tls !== undefined) {
      changes.push({
        key: 'the certificate',
        from: describeCertificate(current.tls),
        to: describeCertificate(tls),
        how: 'live',
      });
    }
    return { changes, isEmpty: given.length === 0 && changes.length === 0 };
  }

  async #openSockets(config: Config, patienceMs: number): Promise<BoundListener[]> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        return this.#sockets.open(resolveListeners(config));
      } catch (error) {
        const { code } = (error as ListenError).cause as NodeJS.ErrnoException;
        if (code !== 'EADDRINUSE' || Date.now() >= deadline) throw error;
        await delay(BIND_RETRY_MS);
      }
    }
  }

  async #readCertificates(config: Config, mayMake: boolean): Promise<CheckedTlsMaterial | undefined> {
    const listeners = resolveListeners(config);
    if (!listeners.some(({ tls }) => tls)) return undefined;
    // Without a listener that speaks TLS nothing of it is loaded.
    const { readTlsMaterial } = await import('../tls/certificate.ts');
    const isMade = config.tls.cert_file === '' && config.tls.auto_generate;
    if (!isMade) return readTlsMaterial(config.tls);
    if (!mayMake) return this.#current?.tls;
    return readTlsMaterial(
      await this.#makeCertificates(config.tls, resolvePaths(config).certificateDirectory, listeners),
    );
  }

  async #makeCertificates(
    tls: TlsConfig,
    directory: string,
    listeners: readonly Listener[],
  ): Promise<TlsConfig> {
    const { ensureDevelopmentCertificates } = await import('../tls/development.ts');
    const addresses = listeners.map(({ address }) => address);
    const { made, certFile, keyFile } = await ensureDevelopmentCertificates(directory, addresses);
    for (const what of made) {
      this.#options.logger.info({ directory }, `made a new ${what} (tls.auto_generate)`);
    }
    return { ...tls, cert_file: certFile, key_file: keyFile };
  }
}

const BIND_RETRY_MS = 10;

function withLevel(config: Config, level: ConfiguredLevel | undefined): Config {
  return level === undefined ? config : freezeDeep({ ...config, logging: { ...config.logging, level } });
}

function isSameMaterial(a: CheckedTlsMaterial | undefined, b: CheckedTlsMaterial | undefined): boolean {
  return a?.certificate === b?.certificate && a?.key === b?.key && a?.authority === b?.authority;
}

function describeCertificate({ facts }: CheckedTlsMaterial): string {
  return `${facts.subject}, until ${facts.validUntil}`;
}
