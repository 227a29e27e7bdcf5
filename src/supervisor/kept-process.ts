import assert from 'node:assert';
import type { LogOutput } from '../observe/log-output.ts';
import type { Logger } from '../observe/logger.ts';
import type { Order } from '../process/messages.ts';
import { ChildProcess, describeExit, type Exit, type ProcessSpec } from './child-process.ts';
import { decideRestart, type RestartLimits } from './restart-policy.ts';

/** How a process is kept alive. */
export interface KeptProcessOptions<Run> {
  readonly spec: ProcessSpec;
  readonly order: Run;
  readonly limits: RestartLimits;
  readonly output: LogOutput;
  readonly logger: Logger;
  /** The policy does not allow another restart. */
  readonly onGiveUp: (reason: string) => void;
}

/** How many lives are remembered; more than any `max_restarts` in a row needs. */
const HISTORY_MAX = 1000;

/** What is told of a place in the tree. */
export interface KeptProcessFacts {
  readonly role: 'worker' | 'store';
  readonly state: string;
  readonly pid: number | undefined;
  readonly startedAt: number | undefined;
  readonly restarts: number;
  readonly lastExit: string | undefined;
}

/**
 * One place in the process tree and whoever fills it.
 *
 * States: `idle` → `starting` → `ready`; a crash leads from `starting` and `ready` through `waiting` (for the
 * restart) back to `starting`, or to `given-up`. `stop` leads from each of them to `stopping` and `stopped`.
 */
export class KeptProcess<Run extends { type: 'run' }, Report> implements KeptProcessFacts {
  readonly #options: KeptProcessOptions<Run>;
  #state: 'idle' | 'starting' | 'ready' | 'waiting' | 'given-up' | 'stopping' | 'stopped' = 'idle';
  #child: ChildProcess<Run, Report> | undefined;
  #restart: NodeJS.Timeout | undefined;
  #uptimesMs: number[] = [];
  #lastExit: Exit | undefined;
  #stopped: Promise<void> | undefined;
  restarts = 0;

  constructor(options: KeptProcessOptions<Run>) {
    this.#options = options;
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

  /** Why the last process in this place ended, if one did. */
  get lastExit(): string | undefined {
    return this.#lastExit && describeExit(this.#lastExit.code, this.#lastExit.signal);
  }

  /** The first start; it must succeed. Rejects with `StartError`. */
  async start(): Promise<void> {
    assert(this.#state === 'idle');
    const child = this.#spawn();
    await child.ready;
    this.#becomeReady(child);
    void child.exited.then((exit) => this.#exited(exit));
  }

  report(): Promise<Report | undefined> {
    return this.#child && this.#state === 'ready' ? this.#child.report() : Promise.resolve(undefined);
  }

  /** Ends the process as the order says, by force where it takes longer than `timeoutMs`. */
  stop(order: Order<Run>, timeoutMs: number): Promise<void> {
    this.#stopped ??= this.#end(order, timeoutMs);
    return this.#stopped;
  }

  /** As `stop`, but overtakes one that is under way. */
  async hurry(timeoutMs: number): Promise<void> {
    this.#child?.send({ type: 'quit' });
    this.#killAfter(timeoutMs);
    await this.stop({ type: 'quit' }, timeoutMs);
  }

  async #end(order: Order<Run>, timeoutMs: number): Promise<void> {
    this.#state = 'stopping';
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

  #spawn(): ChildProcess<Run, Report> {
    const child = new ChildProcess<Run, Report>(this.#options.spec, this.#options.output);
    this.#state = 'starting';
    this.#child = child;
    child.send(this.#options.order);
    return child;
  }

  #becomeReady(child: ChildProcess<Run, Report>): void {
    if (this.#state !== 'starting') return;
    this.#state = 'ready';
    this.#options.logger.info({ pid: child.pid }, `the ${this.role} is ready`);
  }

  #respawn(): void {
    const child = this.#spawn();
    this.restarts += 1;
    void child.ready.then(
      () => this.#becomeReady(child),
      (error) => this.#options.logger.error({ error }, `the ${this.role} cannot start`),
    );
    void child.exited.then((exit) => this.#exited(exit));
  }

  #exited(exit: Exit): void {
    this.#lastExit = exit;
    if (this.#state !== 'starting' && this.#state !== 'ready') return;
    this.#uptimesMs = [...this.#uptimesMs, exit.uptimeMs].slice(-HISTORY_MAX);
    const { limits, logger, onGiveUp } = this.#options;
    const decision = decideRestart(this.#uptimesMs, limits);
    const how = describeExit(exit.code, exit.signal);
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
      { uptime_ms: exit.uptimeMs, crashes_in_row: crashesInRow, max_restarts: limits.max_restarts },
      `the ${this.role} crashed (${how}); restarting it ${delayMs === 0 ? 'now' : `in ${delayMs} ms`}`,
    );
    if (delayMs === 0) this.#respawn();
    else this.#restart = setTimeout(() => this.#respawn(), delayMs);
  }
}
