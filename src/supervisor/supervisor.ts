import { existsSync } from 'node:fs';
import { access, constants, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { resolveListeners } from '../config/listeners.ts';
import type { LoadedConfig } from '../config/load.ts';
import { type Paths, resolvePaths } from '../config/paths.ts';
import type { TlsConfig } from '../config/types.generated.ts';
import type { LogOutput } from '../observe/log-output.ts';
import type { Logger } from '../observe/logger.ts';
import { InstanceLock } from '../process/instance-lock.ts';
import type { StoreOrder, StoreReport, TlsMaterial, WorkerOrder, WorkerReport } from '../process/messages.ts';
import { readTlsMaterial } from '../tls/certificate.ts';
import { ensureDevelopmentCertificates } from '../tls/development.ts';
import { FIRST_INHERITED_DESCRIPTOR } from './child-process.ts';
import { ControlServer } from './control-server.ts';
import { describeStatus } from './describe-status.ts';
import { KeptProcess } from './kept-process.ts';
import { createLogMethods } from './log-methods.ts';
import { permissionFlags } from './permissions.ts';
import { removePidFile, writePidFile } from './pid-file.ts';
import { Rate } from './rate.ts';
import { type ListenError, Sockets } from './sockets.ts';
import type { Status } from './status.ts';

export type Worker = KeptProcess<WorkerOrder, WorkerReport>;
export type Store = KeptProcess<StoreOrder, StoreReport>;

/** How a stop treats what is under way. */
export type StopMode =
  /** Take nothing new, finish what was accepted. */
  | 'graceful'
  /** Close now, keep what was acknowledged. */
  | 'quick';

/** Exit code after too many crashes. */
const EXIT_GAVE_UP = 70;
const SAMPLE_INTERVAL_MS = 1000;
/** A worker ends at most this long after its supervisor was killed. */
const ORPHANS_END_MS = 2000;
const BIND_RETRY_MS = 10;
/** What the store gets of the time for a stop, in which the workers go first. */
const STORE_SHARE = 0.25;
/** What a process gets of its time to drain; the rest is for the end of the process itself. */
const DRAIN_SHARE = 0.9;
/** A quick stop writes nothing; it only waits for processes to end. */
const QUICK_TIMEOUT_MS = 5000;

/**
 * The process tree: binds the sockets, starts the store and then the workers on them, keeps them alive, and
 * ends them in the opposite order.
 *
 * States: `starting` → `running` → `stopping`; `ended` resolves with the exit code when all is over.
 */
export class Supervisor {
  readonly #loaded: LoadedConfig;
  readonly #paths: Paths;
  readonly #output: LogOutput;
  readonly #logger: Logger;
  readonly #lock: InstanceLock;
  readonly #sockets = new Sockets();
  readonly #control: ControlServer;
  readonly #rate = new Rate();
  readonly #startedAt = Date.now();
  readonly #ended = Promise.withResolvers<number>();
  #state: Status['state'] = 'starting';
  #store: Store | undefined;
  #workers: Worker[] = [];
  #sampler: NodeJS.Timeout | undefined;
  #exitCode = 0;
  #released: Promise<void> | undefined;

  constructor(loaded: LoadedConfig, output: LogOutput, logger: Logger) {
    this.#loaded = loaded;
    this.#paths = resolvePaths(loaded.config);
    this.#lock = new InstanceLock('supervisor', this.#paths.dataDirectory);
    this.#output = output;
    this.#logger = logger;
    this.#control = new ControlServer(
      this.#paths.controlSocket,
      {
        status: () => this.status(),
        stop: async ({ mode }) => {
          void this.stop(mode === 'quick' ? 'quick' : 'graceful', 'server stop');
          return { pid: process.pid };
        },
        ...createLogMethods(output, logger, async (level) => {
          logger.level = level;
        }),
      },
      logger,
    );
  }

  /** Resolves with the exit code when everything has ended. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  get paths(): Paths {
    return this.#paths;
  }

  get listeners() {
    return this.#sockets.listeners;
  }

  get state(): Status['state'] {
    return this.#state;
  }

  /**
   * Resolves when every listener is served, or when a stop has overtaken the start and is done. After a rejection
   * nothing is left running.
   */
  async start(): Promise<void> {
    let tls: TlsMaterial | undefined;
    const steps = [
      () => createDirectory(this.#paths.dataDirectory, 'storage.data_dir'),
      () => this.#lock.acquire(),
      async () => this.#bind(await writePidFile(this.#paths.pidFile)),
      async () => {
        tls = await this.#readCertificates();
      },
      () => this.#control.start(),
      () => this.#startStore(),
      () => this.#startWorkers(tls),
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
      this.#sampler = setInterval(() => void this.#sample(), SAMPLE_INTERVAL_MS);
      return;
    }
    await this.#released;
    // The step that was under way may have made something since.
    await this.#releaseHoldings();
  }

  /** Ends everything; a quick stop overtakes a graceful one. */
  async stop(mode: StopMode, cause: string): Promise<void> {
    if (this.#state === 'stopping') {
      if (mode === 'quick') await Promise.all(this.#all().map((kept) => kept.hurry(QUICK_TIMEOUT_MS)));
      return;
    }
    this.#logger.info({ mode }, `stopping (${cause})`);
    await this.#release(mode);
    this.#logger.info('stopped');
    this.#ended.resolve(this.#exitCode);
  }

  async status(): Promise<Status> {
    const [store, ...workers] = await Promise.all([
      this.#store?.report(),
      ...this.#workers.map((worker) => worker.report()),
    ]);
    return describeStatus({
      loaded: this.#loaded,
      paths: this.#paths,
      state: this.#state,
      startedAt: this.#startedAt,
      listeners: this.#sockets.listeners,
      store: this.#store && { kept: this.#store, report: store as StoreReport | undefined },
      workers: this.#workers.map((kept, i) => ({ kept, report: workers[i] as WorkerReport | undefined })),
      recordsPerSecond: this.#rate.perSecond,
      lastError: this.#output.lastError,
    });
  }

  /** The workers of a server that was killed take a moment to notice; until then they have its ports. */
  async #bind(wasKilled: boolean): Promise<void> {
    const deadline = Date.now() + (wasKilled ? ORPHANS_END_MS : 0);
    for (;;) {
      try {
        this.#sockets.bind(resolveListeners(this.#loaded.config));
        return;
      } catch (error) {
        const { code } = (error as ListenError).cause as NodeJS.ErrnoException;
        if (code !== 'EADDRINUSE' || Date.now() >= deadline) throw error;
        await delay(BIND_RETRY_MS);
      }
    }
  }

  async #startStore(): Promise<void> {
    const { config } = this.#loaded;
    this.#store = new KeptProcess<StoreOrder, StoreReport>({
      spec: { role: 'store', nodeFlags: [], descriptors: [] },
      order: { type: 'run', config, paths: this.#paths },
      ...this.#keeping(),
    });
    await this.#store.start();
  }

  async #startWorkers(tls: TlsMaterial | undefined): Promise<void> {
    const { config } = this.#loaded;
    const listeners = this.#sockets.listeners.map((listener, index) => ({
      ...listener,
      fd: FIRST_INHERITED_DESCRIPTOR + index,
    }));
    this.#workers = Array.from(
      { length: config.daemon.workers },
      () =>
        new KeptProcess<WorkerOrder, WorkerReport>({
          spec: { role: 'worker', nodeFlags: permissionFlags(), descriptors: this.#sockets.descriptors },
          order: { type: 'run', config, paths: this.#paths, listeners, tls },
          ...this.#keeping(),
        }),
    );
    await Promise.all(this.#workers.map((worker) => worker.start()));
  }

  #keeping() {
    return {
      limits: this.#loaded.config.daemon,
      output: this.#output,
      logger: this.#logger,
      onGiveUp: (reason: string) => {
        if (this.#state !== 'stopping') this.#exitCode = EXIT_GAVE_UP;
        void this.stop('graceful', reason);
      },
    };
  }

  async #readCertificates(): Promise<TlsMaterial | undefined> {
    const { config } = this.#loaded;
    if (!this.#sockets.listeners.some(({ tls }) => tls)) return undefined;
    const isGiven = config.tls.cert_file !== '' || !config.tls.auto_generate;
    const { warnings, ...material } = await readTlsMaterial(
      isGiven ? config.tls : await this.#makeCertificates(),
    );
    for (const warning of warnings) this.#logger.warn(warning);
    return material;
  }

  async #makeCertificates(): Promise<TlsConfig> {
    const directory = this.#paths.certificateDirectory;
    const addresses = this.#sockets.listeners.map(({ address }) => address);
    const { made, certFile, keyFile } = await ensureDevelopmentCertificates(directory, addresses);
    for (const what of made) this.#logger.info({ directory }, `made a new ${what} (tls.auto_generate)`);
    return { ...this.#loaded.config.tls, cert_file: certFile, key_file: keyFile };
  }

  async #sample(): Promise<void> {
    const report = await this.#store?.report();
    if (report !== undefined) this.#rate.sample(report.nextSequence, Date.now());
  }

  #all(): (Worker | Store)[] {
    return this.#store === undefined ? this.#workers : [...this.#workers, this.#store];
  }

  #release(mode: StopMode): Promise<void> {
    this.#state = 'stopping';
    this.#released ??= this.#stopProcesses(mode).then(() => this.#releaseHoldings());
    return this.#released;
  }

  /** Workers first, since the store takes what they have. */
  async #stopProcesses(mode: StopMode): Promise<void> {
    clearInterval(this.#sampler);
    const totalMs = this.#loaded.config.daemon.shutdown_timeout_secs * 1000;
    const storeMs = mode === 'quick' ? QUICK_TIMEOUT_MS : totalMs * STORE_SHARE;
    const workerMs = mode === 'quick' ? QUICK_TIMEOUT_MS : totalMs - storeMs;
    const order = (timeoutMs: number) =>
      mode === 'quick'
        ? ({ type: 'quit' } as const)
        : ({ type: 'drain', timeoutMs: timeoutMs * DRAIN_SHARE } as const);
    await Promise.all(this.#workers.map((worker) => worker.stop(order(workerMs), workerMs)));
    await this.#store?.stop(order(storeMs), storeMs);
  }

  /** What the next start would stumble over. A step that fails is told and does not keep the others from it. */
  async #releaseHoldings(): Promise<void> {
    this.#sockets.close();
    this.#lock.release();
    for (const step of [() => this.#control.close(), () => removePidFile(this.#paths.pidFile)]) {
      await step().catch((error) => this.#logger.error({ error }, 'cannot clean up'));
    }
  }
}

/** A directory that cannot be made or written. */
export class DirectoryError extends Error {
  readonly code = 'ERR_DIRECTORY';
}

async function createDirectory(path: string, key: string): Promise<void> {
  try {
    await createParents(path);
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new DirectoryError(`cannot write in ${path}: ${(error as Error).message}; see ${key}`, {
      cause: error,
    });
  }
}

/** One step at a time: Node's recursive mkdir never ends where the kernel says that a new name cannot exist. */
async function createParents(path: string): Promise<void> {
  const missing: string[] = [];
  for (let each = path; !existsSync(each); each = dirname(each)) missing.unshift(each);
  for (const each of missing) await mkdir(each, { mode: 0o750 });
}
