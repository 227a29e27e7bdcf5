import type { Paths } from '../config/paths.ts';
import type { Config } from '../config/types.generated.ts';
import type { LogOutput } from '../observe/log-output.ts';
import type { Logger } from '../observe/logger.ts';
import type { Identity } from '../process/identity.ts';
import type {
  Order,
  StoreOrder,
  StoreReport,
  TlsMaterial,
  WorkerOrder,
  WorkerReport,
} from '../process/messages.ts';
import { CallError, FIRST_INHERITED_DESCRIPTOR, StartError } from './child-process.ts';
import type { ControlApi } from './control-api.ts';
import { KeptProcess, type KeptProcessFacts } from './kept-process.ts';
import { permissionFlags } from './permissions.ts';
import type { BoundListener } from './sockets.ts';
import { undoOnFailure } from './undo.ts';

export type Worker = KeptProcess<WorkerOrder, WorkerReport>;
export type Store = KeptProcess<StoreOrder, StoreReport>;

/** How a stop treats what is under way. */
export type StopMode =
  /** Take nothing new, finish what was accepted. */
  | 'graceful'
  /** Close now, keep what was acknowledged. */
  | 'quick';

/** Everything that workers and store are started with. */
export interface Setup {
  readonly config: Config;
  readonly paths: Paths;
  readonly listeners: readonly BoundListener[];
  readonly tls: TlsMaterial | undefined;
}

/** What the way from one setup to another takes. */
export interface Needs {
  /** New values in place. */
  readonly live: boolean;
  /** A handover to new workers. */
  readonly workers: boolean;
  /** A restart of the store. */
  readonly store: boolean;
}

/** A process of the tree and what it says of itself. */
export interface Reported<Report> {
  readonly kept: KeptProcessFacts;
  readonly report: Report | undefined;
}

const GIVEN_UP = 'given-up';
/** What the store gets of the time for a stop, in which the workers go first. */
const STORE_SHARE = 0.25;
/** What a process gets of its time to drain; the rest is for the end of the process itself. */
const DRAIN_SHARE = 0.9;
/** Over how much of the time for a stop the connections of replaced workers are closed. */
const SPREAD_SHARE = 0.5;
/** A quick stop writes nothing; it only waits for processes to end. */
const QUICK_TIMEOUT_MS = 5000;
/** Each has the memory of a process. With one more, the oldest has to hurry. */
const DRAINING_MAX = 4;
/** For a client that goes on sending after it was told. */
const HURRY_TIMEOUT_MS = 12_000;

/**
 * The store and the workers: started, changed and ended together. The store starts first and stops last, so
 * what a worker has accepted always finds somebody who takes it.
 */
export class ProcessTree {
  readonly #output: LogOutput;
  readonly #logger: Logger;
  readonly #onGiveUp: (reason: string) => void;
  readonly #identity: Identity | undefined;
  #setup: Setup | undefined;
  #store: Store | undefined;
  #workers: Worker[] = [];
  /** Those of the workers, in the order of the descriptors that they have inherited. */
  #listeners: readonly BoundListener[] = [];
  /** New ones that are not ready yet. */
  #incoming: Worker[] = [];
  /** Replaced ones that still finish what they have, the oldest first. */
  #draining: Worker[] = [];
  #isStopping = false;

  /** Its processes run as the identity, without one as this process. */
  constructor(output: LogOutput, logger: Logger, onGiveUp: (reason: string) => void, identity?: Identity) {
    this.#output = output;
    this.#logger = logger;
    this.#onGiveUp = onGiveUp;
    this.#identity = identity;
  }

  /** How often a process of those that serve now was started again. */
  get restarts(): number {
    return [this.#store, ...this.#workers].reduce((sum, kept) => sum + (kept?.restarts ?? 0), 0);
  }

  /** Whether one that should serve is not there and will not be started again. */
  get hasGivenUp(): boolean {
    return [this.#store, ...this.#workers].some((kept) => kept?.state === GIVEN_UP);
  }

  /**
   * Brings the processes to the setup, all or nothing: after a rejection they run as before. The first call
   * starts them.
   */
  async apply(setup: Setup, needs: Needs): Promise<void> {
    const previous = this.#setup;
    // Before the steps: a process that crashes during them comes back with it.
    this.#setup = setup;
    try {
      await undoOnFailure(
        async (undo) => {
          if (needs.store || this.#store === undefined || this.#store.state === GIVEN_UP) {
            if (previous) {
              const timeoutMs = timeoutOf(previous.config);
              undo(() => this.#store?.restore(toStoreOrder(previous), timeoutMs, timeoutMs * DRAIN_SHARE));
            }
            await this.#startStore(setup);
          } else if (needs.live) {
            const store = this.#store;
            if (previous) undo(() => store.updateOrRestart(toStoreOrder(previous)));
            await store.update(toStoreOrder(setup));
          }
          if (
            needs.workers ||
            previous === undefined ||
            this.#workers.some(({ state }) => state === GIVEN_UP)
          ) {
            await this.#replaceWorkers(setup);
          } else if (needs.live) {
            undo(() =>
              Promise.all(this.#workers.map((worker) => worker.updateOrRestart(this.#toUpdate(previous)))),
            );
            await Promise.all(this.#workers.map((worker) => worker.update(this.#toUpdate(setup))));
          }
        },
        () => !this.#isStopping,
      );
    } catch (error) {
      this.#setup = previous ?? setup;
      throw error;
    }
  }

  /** The same again in new processes. Resolves with the number of workers. */
  async handOver(): Promise<number> {
    if (this.#setup !== undefined) await this.#replaceWorkers(this.#setup);
    return this.#workers.length;
  }

  /** What the store says to an operator's question. Throws `CallError`. */
  async askStore<Method extends keyof ControlApi>(
    method: Method,
    params: Readonly<Record<string, unknown>>,
  ): Promise<ControlApi[Method]['result']> {
    if (this.#store === undefined) throw new CallError('ERR_STORE_AWAY', 'the server is still starting');
    return (await this.#store.call(method, params)) as ControlApi[Method]['result'];
  }

  /** The store looks at once whether its log file is still the one that it writes. */
  reopenFiles(): void {
    this.#store?.send({ type: 'reopen' });
  }

  async reports(): Promise<{ store: Reported<StoreReport> | undefined; workers: Reported<WorkerReport>[] }> {
    const workers = [...this.#workers, ...this.#draining];
    const [store, ...reports] = await Promise.all([
      this.#store?.report(),
      ...workers.map((worker) => worker.report()),
    ]);
    return {
      store: this.#store && { kept: this.#store, report: store as StoreReport | undefined },
      workers: workers.map((kept, index) => ({ kept, report: reports[index] as WorkerReport | undefined })),
    };
  }

  /** Workers first, since the store takes what they have. */
  async stop(mode: StopMode, totalMs: number): Promise<void> {
    this.#isStopping = true;
    const storeMs = mode === 'quick' ? QUICK_TIMEOUT_MS : totalMs * STORE_SHARE;
    const workerMs = mode === 'quick' ? QUICK_TIMEOUT_MS : totalMs - storeMs;
    const drained = this.#draining.map((worker) => worker.hurry(endOrder(mode, workerMs), workerMs));
    const workers = [...this.#incoming, ...this.#workers];
    await Promise.all([
      ...drained,
      ...workers.map((worker) => worker.stop(endOrder(mode, workerMs), workerMs)),
    ]);
    await this.#store?.stop(endOrder(mode, storeMs), storeMs);
  }

  /** Overtakes a graceful stop. */
  async hurry(): Promise<void> {
    const all = [
      ...this.#incoming,
      ...this.#workers,
      ...this.#draining,
      ...(this.#store ? [this.#store] : []),
    ];
    await Promise.all(all.map((kept) => kept.hurry({ type: 'quit' }, QUICK_TIMEOUT_MS)));
  }

  async #startStore(setup: Setup): Promise<void> {
    this.#assertNotStopping();
    const order = toStoreOrder(setup);
    if (this.#store !== undefined) {
      const timeoutMs = timeoutOf(setup.config);
      await this.#store.replace(order, timeoutMs, timeoutMs * DRAIN_SHARE);
      return;
    }
    this.#store = new KeptProcess<StoreOrder, StoreReport>({
      spec: { role: 'store', nodeFlags: [], descriptors: [], identity: this.#identity },
      order,
      ...this.#keeping(),
    });
    await this.#store.start();
  }

  /** The old ones go on until every new one is ready, and stay where one is not. */
  async #replaceWorkers(setup: Setup): Promise<void> {
    this.#assertNotStopping();
    const spec = {
      role: 'worker',
      nodeFlags: permissionFlags(),
      descriptors: setup.listeners.map(({ descriptor }) => descriptor),
      identity: this.#identity,
    } as const;
    const order = toWorkerOrder(setup);
    const first = { ...order, isSuccessor: this.#workers.length > 0 };
    this.#incoming = Array.from(
      { length: setup.config.daemon.workers },
      () => new KeptProcess<WorkerOrder, WorkerReport>({ spec, order, ...this.#keeping() }),
    );
    try {
      const starts = await Promise.allSettled(this.#incoming.map((worker) => worker.start(first)));
      const failed = starts.find((start) => start.status === 'rejected');
      if (failed) throw failed.reason;
      const lost = this.#incoming.find(({ state }) => state !== 'ready');
      if (lost) throw new StartError('ERR_CHILD_EXIT', `a new worker crashed (${lost.lastExit})`);
    } catch (error) {
      // Those that were ready have taken connections already.
      for (const worker of this.#incoming) this.#drain(worker, timeoutOf(setup.config));
      this.#incoming = [];
      throw error;
    }
    const replaced = this.#workers;
    this.#workers = this.#incoming;
    this.#listeners = setup.listeners;
    this.#incoming = [];
    if (!this.#isStopping) for (const worker of replaced) this.#drain(worker, timeoutOf(setup.config));
  }

  #drain(worker: Worker, timeoutMs: number): void {
    this.#draining.push(worker);
    void worker
      .stop(
        { type: 'drain', timeoutMs: timeoutMs * DRAIN_SHARE, spreadMs: timeoutMs * SPREAD_SHARE },
        timeoutMs,
      )
      .then(() => {
        this.#draining = this.#draining.filter((each) => each !== worker);
      });
    const generations = Math.max(DRAINING_MAX, this.#workers.length);
    for (const oldest of this.#draining.slice(0, -generations)) {
      void oldest.hurry(
        { type: 'drain', timeoutMs: HURRY_TIMEOUT_MS * DRAIN_SHARE, spreadMs: 0 },
        HURRY_TIMEOUT_MS,
      );
    }
  }

  #toUpdate(setup: Setup): WorkerOrder {
    return toWorkerOrder({ ...setup, listeners: this.#listeners });
  }

  #assertNotStopping(): void {
    if (this.#isStopping) throw new StartError('ERR_STOPPED', 'the server is stopping');
  }

  #keeping() {
    return {
      limits: () => (this.#setup as Setup).config.daemon,
      output: this.#output,
      logger: this.#logger,
      onGiveUp: this.#onGiveUp,
    };
  }
}

function toStoreOrder({ config, paths }: Setup): StoreOrder {
  return { type: 'run', config, paths };
}

function toWorkerOrder({ config, paths, listeners, tls }: Setup): WorkerOrder {
  return {
    type: 'run',
    config,
    paths,
    listeners: listeners.map((listener, index) => ({ ...listener, fd: FIRST_INHERITED_DESCRIPTOR + index })),
    isSuccessor: false,
    tls,
  };
}

function timeoutOf({ daemon }: Config): number {
  return daemon.shutdown_timeout_secs * 1000;
}

function endOrder(mode: StopMode, timeoutMs: number): Order<never> {
  return mode === 'quick'
    ? { type: 'quit' }
    : { type: 'drain', timeoutMs: timeoutMs * DRAIN_SHARE, spreadMs: 0 };
}
