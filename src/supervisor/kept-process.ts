import assert from 'node:assert';
import type { LogOutput } from '../observe/log-output.ts';
import type { Logger } from '../observe/logger.ts';
import type { Order } from '../process/messages.ts';
import {
  CallError,
  ChildProcess,
  describeExit,
  type Exit,
  type ProcessSpec,
  StartError,
} from './child-process.ts';
import { decideRestart, type RestartLimits } from './restart-policy.ts';

/** How a process is kept alive. */
export interface KeptProcessOptions<Run> {
  readonly spec: ProcessSpec;
  readonly order: Run;
  /** Read at each crash, since they may have changed. */
  readonly limits: () => RestartLimits;
  readonly output: LogOutput;
  readonly logger: Logger;
  /** The policy does not allow another restart. */
  readonly onGiveUp: (reason: string) => void;
}

/** How many lives are remembered; more than any `max_restarts` in a row needs. */
const HISTORY_MAX = 1000;
/** A store reads its ledger and the ends of its files, a worker waits for the store; what takes longer hangs. */
const READY_TIMEOUT_SECS = 90;

/** What is told of a place in the tree. */
export interface KeptProcessFacts {
  readonly role: 'worker' | 'store';
  readonly state: string;
  readonly pid: number | undefined;
  readonly startedAt: number | undefined;
  readonly restarts: number;
  readonly lastExit: string | undefined;
  readonly lastWords: readonly string[];
}

/**
 * One place in the process tree and whoever fills it.
 *
 * States: `idle` → `starting` → `ready`; a crash leads from `starting` and `ready` through `waiting` (for the
 * restart) back to `starting`, or to `given-up`. `replace` leads from each of them through `replacing` to `starting`;
 * where that fails the place is empty until `restore`. `stop` leads
 * from each of them to `draining` or `stopping`, and then to `stopped`.
 */
export class KeptProcess<Run extends { type: 'run' }, Report> implements KeptProcessFacts {
  readonly #options: KeptProcessOptions<Run>;
  #order: Run;
  /** What the process was started with. */
  #given: Run | undefined;
  #state:
    | 'idle'
    | 'starting'
    | 'ready'
    | 'waiting'
    | 'given-up'
    | 'replacing'
    | 'draining'
    | 'stopping'
    | 'stopped' = 'idle';
  #child: ChildProcess<Run, Report> | undefined;
  #restart: NodeJS.Timeout | undefined;
  #uptimesMs: number[] = [];
  #lastCrash: Exit | undefined;
  #stopped: Promise<void> | undefined;
  restarts = 0;

  constructor(options: KeptProcessOptions<Run>) {
    this.#options = options;
    this.#order = options.order;
  }

  get state(): string {
    return this.#state;
  }

  get role(): 'worker' | 'store' {
    return this.#options.spec.role;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get startedAt(): number | undefined {
    return this.#child?.startedAt;
  }

  /** Why the last process in this place that crashed did so. */
  get lastExit(): string | undefined {
    return this.#lastCrash && describeExit(this.#lastCrash.code, this.#lastCrash.signal);
  }

  /** What that one said last on its standard error. */
  get lastWords(): readonly string[] {
    return this.#lastCrash?.lastWords ?? [];
  }

  /**
   * The first start, which must succeed; `first` is what only it is ordered. Rejects with `StartError`; nothing is left
   * running then.
   */
  async start(first: Run = this.#order): Promise<void> {
    assert(this.#state === 'idle');
    await this.#spawnFirst(first);
  }

  /** What the process says of itself. */
  report(): Promise<Report | undefined> {
    const isAlive = this.#state === 'ready' || this.#state === 'draining';
    return this.#child && isAlive ? this.#child.report() : Promise.resolve(undefined);
  }

  /** What the process that is here now says to a question. Throws `CallError`. */
  call(method: string, params: unknown): Promise<unknown> {
    const isThere = this.#state === 'ready' && this.#child !== undefined;
    if (!isThere)
      return Promise.reject(new CallError('ERR_STORE_AWAY', `the ${this.role} is ${this.#state}; try again`));
    return (this.#child as ChildProcess<Run, Report>).call(method, params);
  }

  /** An order without an answer, for the process that is here now. */
  send(order: Order<Run>): void {
    this.#child?.send(order);
  }

  /** Goes on with this order, which differs in live keys only. Throws `UpdateError`; the old order holds then. */
  async update(order: Run): Promise<void> {
    const previous = this.#order;
    this.#order = order;
    const child = this.#child;
    // One that is starting gets it when it is ready.
    if (this.#state !== 'ready' || child === undefined) return;
    try {
      await child.update(order);
    } catch (error) {
      this.#order = previous;
      throw error;
    }
  }

  /** As `update`; a process that does not take it is killed, and the next one starts with it. */
  async updateOrRestart(order: Run): Promise<void> {
    const child = this.#child;
    await this.update(order).catch((error) => {
      this.#order = order;
      this.#options.logger.error(
        { error, pid: child?.pid },
        `the ${this.role} did not take an update; killed it`,
      );
      child?.kill();
    });
  }

  /**
   * Ends the process and starts another one with this order in its place, which must succeed. Rejects with
   * `StartError`; the place is empty then, until it is replaced again or stopped.
   */
  async replace(order: Run, timeoutMs: number, drainMs: number): Promise<void> {
    this.#state = 'replacing';
    clearTimeout(this.#restart);
    this.#order = order;
    this.#uptimesMs = [];
    this.#child?.send({ type: 'drain', timeoutMs: drainMs, spreadMs: 0 });
    this.#killAfter(timeoutMs);
    await this.#child?.exited;
    // A stop may have come meanwhile.
    if ((this.#state as string) !== 'replacing')
      throw new StartError('ERR_STOPPED', 'the server is stopping');
    await this.#spawnFirst(order);
  }

  /**
   * Puts this order in force after a `replace` with another one, whatever came of that. A process that does not start
   * with it is started again as after a crash.
   */
  async restore(order: Run, timeoutMs: number, drainMs: number): Promise<void> {
    if (this.#state === 'ready') await this.replace(order, timeoutMs, drainMs).catch(() => {});
    if (this.#state === 'ready' || this.#stopped !== undefined) return;
    clearTimeout(this.#restart);
    this.#order = order;
    this.#respawn();
  }

  /** Ends the process as the order says, by force where it takes longer than `timeoutMs`. */
  stop(order: Order<Run>, timeoutMs: number): Promise<void> {
    this.#stopped ??= this.#end(order, timeoutMs);
    return this.#stopped;
  }

  /** As `stop`, but overtakes one that is under way. */
  async hurry(order: Order<Run>, timeoutMs: number): Promise<void> {
    this.#child?.send(order);
    this.#killAfter(timeoutMs);
    await this.stop(order, timeoutMs);
  }

  async #end(order: Order<Run>, timeoutMs: number): Promise<void> {
    this.#state = order.type === 'drain' ? 'draining' : 'stopping';
    clearTimeout(this.#restart);
    this.#child?.send(order);
    this.#killAfter(timeoutMs);
    await this.#child?.exited;
    this.#state = 'stopped';
  }

  #killAfter(timeoutMs: number): void {
    const child = this.#child;
    if (child === undefined) return;
    const timer = setTimeout(() => {
      this.#options.logger.warn({ pid: child.pid }, `the ${this.role} did not end in time; killed it`);
      child.kill();
    }, timeoutMs);
    void child.exited.then(() => clearTimeout(timer));
  }

  async #spawnFirst(order: Run): Promise<void> {
    const child = this.#spawn(order);
    try {
      await child.ready;
    } catch (error) {
      child.kill();
      await child.exited;
      throw error;
    }
    this.#becomeReady(child);
    void child.exited.then((exit) => this.#exited(child, exit));
  }

  #spawn(order: Run): ChildProcess<Run, Report> {
    const { spec, output, logger } = this.#options;
    const child: ChildProcess<Run, Report> = new ChildProcess(spec, output, () =>
      logger.error({ pid: child.pid }, `the ${this.role} has not answered for 10 s; killed it`),
    );
    this.#state = 'starting';
    this.#child = child;
    this.#given = this.#order;
    child.send(order);
    const timer = setTimeout(() => {
      logger.error(
        { pid: child.pid },
        `the ${this.role} was not ready within ${READY_TIMEOUT_SECS} s; killed it`,
      );
      child.kill();
    }, READY_TIMEOUT_SECS * 1000);
    const settle = () => clearTimeout(timer);
    child.ready.then(settle, settle);
    return child;
  }

  #becomeReady(child: ChildProcess<Run, Report>): void {
    if (this.#state !== 'starting' || this.#child !== child) return;
    this.#state = 'ready';
    this.#options.logger.info({ pid: child.pid }, `the ${this.role} is ready`);
    if (this.#given !== this.#order) void this.updateOrRestart(this.#order);
  }

  #respawn(): void {
    const child = this.#spawn(this.#order);
    this.restarts += 1;
    void child.ready.then(
      () => this.#becomeReady(child),
      (error) => this.#options.logger.error({ error }, `the ${this.role} cannot start`),
    );
    void child.exited.then((exit) => this.#exited(child, exit));
  }

  #exited(child: ChildProcess<Run, Report>, exit: Exit): void {
    const { logger, onGiveUp } = this.#options;
    const how = describeExit(exit.code, exit.signal);
    if (child !== this.#child || (this.#state !== 'starting' && this.#state !== 'ready')) {
      if (exit.code === 0) return;
      logger.warn({ pid: child.pid, last_words: exit.lastWords }, `the ${this.role} ended badly (${how})`);
      return;
    }
    this.#lastCrash = exit;
    this.#uptimesMs = [...this.#uptimesMs, exit.uptimeMs].slice(-HISTORY_MAX);
    const limits = this.#options.limits();
    const decision = decideRestart(this.#uptimesMs, limits);
    if (decision.action === 'give-up') {
      this.#state = 'given-up';
      logger.fatal(
        { last_words: exit.lastWords },
        `the ${this.role} crashed (${how}); gave up: ${decision.reason}`,
      );
      onGiveUp(decision.reason);
      return;
    }
    this.#state = 'waiting';
    const { crashesInRow, delayMs } = decision;
    logger.error(
      {
        pid: child.pid,
        uptime_ms: exit.uptimeMs,
        crashes_in_row: crashesInRow,
        max_restarts: limits.max_restarts,
        last_words: exit.lastWords.length > 0 ? exit.lastWords : undefined,
      },
      `the ${this.role} crashed (${how}); restarting it ${delayMs === 0 ? 'now' : `in ${delayMs} ms`}`,
    );
    if (delayMs === 0) this.#respawn();
    else this.#restart = setTimeout(() => this.#respawn(), delayMs);
  }
}
