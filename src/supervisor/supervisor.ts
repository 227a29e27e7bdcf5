import type { LoadedConfig } from '../config/load.ts';
import { type Paths, resolvePaths } from '../config/paths.ts';
import type { LogOutput } from '../observe/log-output.ts';
import type { Logger } from '../observe/logger.ts';
import type { Identity } from '../process/identity.ts';
import type { InstanceLock } from '../process/instance-lock.ts';
import { ConfigWatcher } from './config-watcher.ts';
import { ControlServer } from './control-server.ts';
import { describeStatus } from './describe-status.ts';
import type { InheritedSockets } from './inherited-sockets.ts';
import { createLogMethods } from './log-methods.ts';
import { removePidFile, writePidFile } from './pid-file.ts';
import { ProcessTree, type StopMode } from './process-tree.ts';
import { Rate } from './rate.ts';
import { describeFileChange, type LoadConfig, Reloader } from './reloader.ts';
import { Revisions } from './revisions.ts';
import { RunningConfig } from './running-config.ts';
import type { BoundListener } from './sockets.ts';
import type { Status } from './status.ts';
import { TrialFile } from './trial-file.ts';
import { TrialWatch } from './trial-watch.ts';

export type { StopMode } from './process-tree.ts';

/** What the start of this process brought with it. */
export interface Surroundings {
  /** Held from before the start; released at the end. */
  readonly lock: InstanceLock;
  /** As whom workers and store run, where not as this process. */
  readonly identity?: Identity | undefined;
  /** Listening sockets of a service manager. */
  readonly inherited?: InheritedSockets | undefined;
  /** The configuration is being changed; `onReady` follows. */
  readonly onReloading?: () => void;
  /** Everything is served, also after a change or a refused one. */
  readonly onReady?: () => void;
  /** A stop has begun, for whichever reason. */
  readonly onStopping?: () => void;
}

/** Exit code after too many crashes. */
const EXIT_GAVE_UP = 70;
const SAMPLE_INTERVAL_MS = 1000;
/** A worker ends at most this long after its supervisor was killed. */
const ORPHANS_END_MS = 2000;
/** A certificate that the server has made itself is made anew in its last month. */
const RENEWAL_INTERVAL_MS = 12 * 60 * 60 * 1000;

/**
 * The daemon: holds the lock, the PID file and the control socket, brings up what the configuration says, changes
 * it, and ends everything in the opposite order.
 *
 * States: `starting` → `running` → `stopping`; `ended` resolves with the exit code when all is over.
 */
export class Supervisor {
  readonly #loaded: LoadedConfig;
  readonly #paths: Paths;
  readonly #output: LogOutput;
  readonly #logger: Logger;
  readonly #surroundings: Surroundings;
  readonly #tree: ProcessTree;
  readonly #running: RunningConfig;
  readonly #revisions: Revisions;
  readonly #reloader: Reloader;
  readonly #watcher: ConfigWatcher;
  readonly #control: ControlServer;
  readonly #rate = new Rate();
  readonly #trial = new TrialWatch();
  readonly #startedAt = Date.now();
  readonly #ended = Promise.withResolvers<number>();
  #state: Status['state'] = 'starting';
  #timers: NodeJS.Timeout[] = [];
  #exitCode = 0;
  #isRestarting = false;
  #released: Promise<void> | undefined;
  /** Who asked for a reload while there was nothing to reload yet. */
  #reloadAfterStart: string | undefined;

  constructor(
    loaded: LoadedConfig,
    load: LoadConfig,
    output: LogOutput,
    logger: Logger,
    surroundings: Surroundings,
  ) {
    const { identity, inherited } = surroundings;
    this.#loaded = loaded;
    this.#paths = resolvePaths(loaded.config);
    this.#output = output;
    this.#logger = logger;
    this.#surroundings = surroundings;
    this.#tree = new ProcessTree(output, logger, (reason) => void this.#giveUp(reason), identity);
    this.#running = new RunningConfig({ output, logger, tree: this.#tree, inherited });
    this.#revisions = new Revisions(this.#paths.revisionDirectory, logger);
    this.#reloader = new Reloader({
      load,
      running: this.#running,
      revisions: this.#revisions,
      trialFile: new TrialFile(this.#paths.revisionDirectory, logger),
      logger,
      onChanging: () => surroundings.onReloading?.(),
      onSettled: () => {
        this.#watch();
        if (this.#state === 'running') surroundings.onReady?.();
      },
    });
    this.#watcher = new ConfigWatcher({
      logger,
      onChange: (files) => this.#onFilesChanged(files),
    });
    this.#control = new ControlServer(this.#paths.controlSocket, this.#methods(), logger, identity);
  }

  /** Resolves with the exit code when everything has ended. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  /** Whether the program is to be started again when this one has ended. */
  get isRestarting(): boolean {
    return this.#isRestarting;
  }

  get paths(): Paths {
    return this.#paths;
  }

  get listeners(): readonly BoundListener[] {
    return this.#running.listeners;
  }

  get state(): Status['state'] {
    return this.#state;
  }

  /**
   * Resolves when every listener is served, or when a stop has overtaken the start and is done. After a rejection
   * nothing is left running.
   */
  async start(): Promise<void> {
    let wasKilled = false;
    const steps = [
      async () => {
        wasKilled = await writePidFile(this.#paths.pidFile);
        if (wasKilled) this.#logger.warn('the last run did not end by itself: its PID file was still there');
      },
      () => this.#control.start(),
      () => this.#revisions.open(),
      // The workers of a server that was killed take a moment to notice; until then they have its ports.
      () => this.#reloader.start(this.#loaded, wasKilled ? ORPHANS_END_MS : 0),
    ];
    try {
      for (const step of steps) {
        if (this.#state !== 'starting') break;
        await step();
      }
    } catch (error) {
      if (this.#state === 'starting') {
        await this.#release('quick');
        throw error;
      }
    }
    if (this.#state === 'starting') {
      this.#state = 'running';
      this.#watch();
      this.#surroundings.onReady?.();
      if (this.#reloadAfterStart !== undefined) this.reload(this.#reloadAfterStart);
      this.#timers = [
        setInterval(() => void this.#sample(), SAMPLE_INTERVAL_MS),
        setInterval(() => this.#refresh('renewal of certificates'), RENEWAL_INTERVAL_MS),
      ];
      return;
    }
    await this.#released;
    // The step that was under way may have made something since.
    await this.#releaseHoldings();
  }

  /** Applies what the configuration file says now; the outcome is told in the log. */
  reload(by: string): void {
    if (this.#state === 'starting') this.#reloadAfterStart = by;
    if (this.#state !== 'running') return;
    this.#reloader.reload({ by }).catch((error) => this.#logger.debug({ error }, 'a reload was refused'));
  }

  /** New workers in the place of the old ones; the outcome is told in the log. */
  handOver(by: string): void {
    if (this.#state !== 'running') return;
    this.#handOver(by).catch((error) =>
      this.#logger.error({ error }, `handover (${by}) failed; the old workers go on`),
    );
  }

  /** Goes on in new files after another program has renamed the old ones. */
  async reopenFiles(): Promise<string[]> {
    await this.#output.reopen();
    this.#tree.reopenFiles();
    const files = [...this.#output.files, ...(this.#running.isThere ? [this.#running.logFile] : [])];
    this.#logger.info({ files }, 'opened the log files anew');
    return files;
  }

  /** Ends everything; a quick stop overtakes a graceful one. */
  async stop(mode: StopMode, cause: string): Promise<void> {
    if (this.#state === 'stopping') {
      this.#isRestarting = false;
      if (mode === 'quick') await this.#tree.hurry();
      return;
    }
    this.#surroundings.onStopping?.();
    this.#logger.info({ mode }, `stopping (${cause})`);
    await this.#release(mode);
    this.#logger.info('stopped');
    this.#ended.resolve(this.#exitCode);
  }

  async status(): Promise<Status> {
    const isLoaded = this.#running.isThere;
    return describeStatus({
      loaded: isLoaded ? this.#running.loaded : this.#loaded,
      paths: isLoaded ? this.#running.paths : this.#paths,
      config: await this.#reloader.status(),
      state: this.#state,
      startedAt: this.#startedAt,
      listeners: this.#running.listeners,
      ...(await this.#tree.reports()),
      recordsPerSecond: this.#rate.perSecond,
      lastError: this.#output.lastError,
    });
  }

  #methods() {
    return {
      status: () => this.status(),
      stop: async ({ mode }: Record<string, unknown>) => {
        void this.stop(mode === 'quick' ? 'quick' : 'graceful', 'server stop');
        return { pid: process.pid };
      },
      restart: async ({ scope }: Record<string, unknown>) => {
        if (scope === 'workers') return this.#handOver('server restart --workers');
        if (this.#state !== 'stopping') {
          void this.stop('graceful', 'server restart');
          this.#isRestarting = true;
        }
        return { pid: process.pid, workers: 0, duration_ms: 0 };
      },
      reload: ({ dry_run, confirm_secs }: Record<string, unknown>) =>
        this.#reloader.reload({
          by: 'server reload',
          isDryRun: dry_run === true,
          ...(typeof confirm_secs === 'number' && { confirmSecs: confirm_secs }),
        }),
      confirm: async () => this.#reloader.confirm(),
      history: async () => ({ revisions: this.#reloader.history() }),
      diff: async ({ from, to }: Record<string, unknown>) => ({
        changes: await this.#reloader.diff(asRevision(from), asRevision(to)),
      }),
      reopen: async () => ({ files: await this.reopenFiles() }),
      ...createLogMethods(this.#output, this.#logger, (level) =>
        this.#reloader.exclusively(`level ${level}`, () => this.#running.setLevel(level)),
      ),
      'create-token': (params: Record<string, unknown>) => this.#tree.askStore('create-token', params),
      'list-tokens': () => this.#tree.askStore('list-tokens', {}),
      'revoke-token': (params: Record<string, unknown>) => this.#tree.askStore('revoke-token', params),
      rollback: ({ revision }: Record<string, unknown>) => this.#reloader.rollBack(Number(revision)),
    };
  }

  async #handOver(by: string): Promise<{ pid: number; workers: number; duration_ms: number }> {
    return this.#reloader.exclusively('handover', async () => {
      const startedAt = performance.now();
      const workers = await this.#tree.handOver();
      const durationMs = Math.round(performance.now() - startedAt);
      this.#logger.info({ workers, duration_ms: durationMs }, `handover (${by}): new workers serve`);
      return { pid: process.pid, workers, duration_ms: durationMs };
    });
  }

  /** Other files than the configuration only bring new content into what runs; the configuration may be another one. */
  #onFilesChanged(files: readonly string[]): void {
    const by = describeFileChange(files);
    if (files.includes(this.#running.loaded.file ?? '')) this.reload(by);
    else this.#refresh(by);
  }

  #refresh(by: string): void {
    if (this.#state !== 'running') return;
    this.#reloader.refresh(by).catch((error) => this.#logger.debug({ error }, 'a refresh was refused'));
  }

  #watch(): void {
    if (this.#state !== 'running') return;
    const { loaded, config, files } = this.#running;
    const watched = config.daemon.watch_config ? [...(loaded.file ? [loaded.file] : []), ...files] : [];
    void this.#watcher.watch(watched, loaded.file ? { [loaded.file]: this.#reloader.readHash } : {});
  }

  /** A configuration that does not work is taken back once; what did not work before either ends the server. */
  async #giveUp(reason: string): Promise<void> {
    const isMended = () => !this.#tree.hasGivenUp;
    if (this.#state === 'running' && (await this.#reloader.retreat(reason, isMended))) return;
    this.#fail(reason);
  }

  #fail(reason: string): void {
    if (this.#state !== 'stopping') this.#exitCode = EXIT_GAVE_UP;
    void this.stop('graceful', reason);
  }

  async #sample(): Promise<void> {
    void this.#control.repair();
    const { store, workers } = await this.#tree.reports();
    if (this.#state !== 'running') return;
    if (store?.report !== undefined) this.#rate.sample(store.report.nextSequence, Date.now());
    const { restarts } = this.#tree;
    const verdict = this.#trial.observe({
      restarts,
      counts: workers
        .filter(({ kept }) => kept.state !== 'draining')
        .map(({ report }) => report?.counts ?? {}),
      appliedAt: this.#reloader.appliedAt,
      cooldownMs: this.#running.config.daemon.restart_cooldown_secs * 1000,
      nowMs: Date.now(),
    });
    if (verdict === 'healthy') this.#reloader.markHealthy();
    else if (verdict !== 'open' && this.#reloader.isOnTrial) await this.#reloader.retreat(verdict.fault);
  }

  #release(mode: StopMode): Promise<void> {
    this.#state = 'stopping';
    this.#released ??= this.#stopProcesses(mode).then(() => this.#releaseHoldings());
    return this.#released;
  }

  async #stopProcesses(mode: StopMode): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#reloader.close();
    await this.#watcher.close();
    const { daemon } = this.#running.isThere ? this.#running.config : this.#loaded.config;
    await this.#tree.stop(mode, daemon.shutdown_timeout_secs * 1000);
  }

  /** What the next start would stumble over. A step that fails is told and does not keep the others from it. */
  async #releaseHoldings(): Promise<void> {
    this.#running.close();
    this.#surroundings.lock.release();
    for (const step of [() => this.#control.close(), () => removePidFile(this.#paths.pidFile)]) {
      await step().catch((error) => this.#logger.error({ error }, 'cannot clean up'));
    }
  }
}

function asRevision(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
