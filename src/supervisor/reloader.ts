import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { checkConfig } from '../config/check.ts';
import { ConfigError } from '../config/config-error.ts';
import { type Change, diffConfigs } from '../config/diff.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Problem } from '../config/problem.ts';
import type { Logger } from '../observe/logger.ts';
import type { ReloadResult, RevisionFacts } from './control-api.ts';
import { describeChange } from './describe-change.ts';
import { Operations } from './operations.ts';
import type { Revisions } from './revisions.ts';
import type { Difference, RunningConfig } from './running-config.ts';
import type { ConfigStatus } from './status.ts';
import type { TrialFile } from './trial-file.ts';

/** What a change needs could not be had; the daemon runs as before. */
export class ReloadError extends Error {
  readonly code = 'ERR_RELOAD_FAILED';
}

/** Nothing is on trial. */
export class NothingToConfirmError extends Error {
  readonly code = 'ERR_NOTHING_TO_CONFIRM';
  constructor() {
    super('nothing waits for a confirmation');
  }
}

/** Reads the configuration as at the start: the same file, environment and flags. `text` stands for the file's. */
export type LoadConfig = (text?: string) => Promise<LoadedConfig>;

export interface ReloaderOptions {
  readonly load: LoadConfig;
  readonly running: RunningConfig;
  readonly revisions: Revisions;
  readonly trialFile: TrialFile;
  readonly logger: Logger;
  /** A change of what runs begins; `onSettled` follows, whatever becomes of it. */
  readonly onChanging: () => void;
  readonly onSettled: () => void;
}

export interface ReloadRequest {
  /** What asked for it, for people. */
  readonly by: string;
  /** Goes back after this time unless it is confirmed. */
  readonly confirmSecs?: number;
  readonly isDryRun?: boolean;
}

interface Revision extends RevisionFacts {
  readonly loaded: LoadedConfig;
}

/** What was applied until somebody confirms it. */
interface Trial {
  readonly secs: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly back: Revision;
  timer: NodeJS.Timeout | undefined;
}

/** A change by an edit of the file can still be put under confirmation by who comes right after it. */
const ADOPTION_MS = 5 * 60 * 1000;
/** After a way back that did not succeed, as when a port is taken. */
const RETRY_MS = 5000;

/**
 * What changes the configuration that runs: reload, rollback, confirmation. One after the other; a reload that
 * has not begun yet serves everyone who asks for one.
 */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #operations = new Operations();
  #revision: Revision | undefined;
  /** The one before. */
  #previous: Revision | undefined;
  /** The last one that proved itself. */
  #healthy: Revision | undefined;
  #trial: Trial | undefined;
  #readHash = '';
  #refused: ConfigStatus['refused'] = null;

  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  /**
   * The first configuration, which must succeed. Where the last run ended during a trial, it is the one before in the
   * place of `loaded`.
   */
  async start(loaded: LoadedConfig, bindPatienceMs: number): Promise<void> {
    await this.#operations.run(async () => {
      this.#readHash = loaded.hash;
      const former = await this.#loadBeforeTrial();
      await this.#options.running.apply(former?.loaded ?? loaded, { bindPatienceMs });
      await this.#enter(former?.loaded ?? loaded, former?.by ?? 'start');
      await this.#options.trialFile.remove();
    });
  }

  async #loadBeforeTrial(): Promise<{ loaded: LoadedConfig; by: string } | undefined> {
    const { trialFile, revisions, logger } = this.#options;
    const number = await trialFile.read();
    if (number === undefined) return undefined;
    try {
      const loaded = await this.#load(revisions.read(number));
      logger.warn(
        { revision: number },
        `the last run ended before its configuration was confirmed; starting with revision ${number}, not with the file`,
      );
      return { loaded, by: `rollback to ${number} at the start` };
    } catch (error) {
      logger.error(
        { error },
        'the last run ended before its configuration was confirmed, and the one before cannot be had',
      );
      return undefined;
    }
  }

  /** Applies what the file says now. Throws `ConfigError` or `ReloadError`; everything runs on as before then. */
  reload(request: ReloadRequest): Promise<ReloadResult> {
    const isPlain = request.confirmSecs === undefined && !request.isDryRun;
    const turn = () => this.#reload(request);
    return isPlain ? this.#operations.share('reload', turn) : this.#operations.run(turn);
  }

  /** Applies an earlier revision. Throws as `reload`, and where there is no such revision. */
  rollBack(number: number): Promise<ReloadResult> {
    return this.#operations.run(async () => {
      const by = `rollback to ${number}`;
      const source = this.#options.revisions.read(number);
      const result = await this.#refusable(by, async () => this.#apply(await this.#load(source), { by }));
      // Whoever chooses a revision wants it to stay.
      this.#endTrial();
      return { ...result, confirm_until: null, back_to: null };
    });
  }

  /** Something that must not meet a change of the configuration. */
  exclusively<T>(name: string, operation: () => Promise<T>): Promise<T> {
    return this.#operations.share(name, operation);
  }

  /** Applies what was given last once more, with what its files hold now: certificates and keys. */
  refresh(by: string): Promise<ReloadResult> {
    return this.#operations.share(`refresh ${by}`, () =>
      this.#refusable(by, () => this.#apply(this.#options.running.loaded, { by })),
    );
  }

  /** Keeps what was applied for a trial time. */
  confirm(): { revision: number } {
    if (this.#trial === undefined) throw new NothingToConfirmError();
    this.#endTrial();
    const { revision } = this.#known();
    this.#options.logger.info({ revision }, `revision ${revision} is confirmed`);
    return { revision };
  }

  /**
   * Goes back to the last configuration that was healthy, where that is another one than what runs, unless `isMended`
   * says in its turn that there is no need any more. Resolves with whether all is well then; each is gone back to once.
   */
  retreat(reason: string, isMended: () => boolean = () => false): Promise<boolean> {
    return this.#operations.share('retreat', async () => {
      if (isMended()) return true;
      const bad = this.#known();
      const good = this.#trial?.back ?? this.#healthy;
      if (good === undefined || good.revision === bad.revision) return false;
      this.#healthy = undefined;
      this.#options.logger.fatal(
        { revision: bad.revision, back_to: good.revision, reason },
        `the configuration of revision ${bad.revision} does not work (${reason}); going back to revision ${good.revision}, which did`,
      );
      return this.#goBack(good, `rollback to ${good.revision}: ${reason}`);
    });
  }

  /** What runs has proved itself: nothing crashed for long enough. */
  markHealthy(): void {
    if (this.#trial !== undefined || this.#healthy === this.#revision) return;
    this.#healthy = this.#revision;
    this.#options.logger.debug(`revision ${this.#healthy?.revision} has proved itself`);
  }

  /** SHA-256 of the configuration file as it was read last, whatever runs. */
  get readHash(): string {
    return this.#readHash;
  }

  get isOnTrial(): boolean {
    return this.#trial !== undefined;
  }

  /** When what runs was applied; milliseconds since the epoch. */
  get appliedAt(): number {
    return this.#revision === undefined ? 0 : Date.parse(this.#revision.at);
  }

  history(): RevisionFacts[] {
    return this.#options.revisions.list();
  }

  /** Between two revisions, or from one of them or what runs to the file. */
  async diff(from?: number, to?: number): Promise<Change[]> {
    const before =
      from === undefined ? this.#options.running.config : (await this.#loadRevision(from)).config;
    const after =
      to === undefined ? (await this.#options.load()).config : (await this.#loadRevision(to)).config;
    return diffConfigs(before, after);
  }

  async status(): Promise<ConfigStatus> {
    const { running } = this.#options;
    const { revision = 0, at = PROCESS_START, by = 'start' } = this.#revision ?? {};
    return {
      revision,
      loaded_at: at,
      loaded_by: by,
      pending_restart: running.isThere ? running.pendingRestart : [],
      file_differs: running.isThere && (await differsFromFile(running.loaded)),
      confirm_until: this.#confirmUntil(),
      level_override: running.isThere ? running.levelOverride : null,
      refused: this.#refused,
    };
  }

  /** A trial is not over with it. */
  close(): void {
    clearTimeout(this.#trial?.timer);
  }

  async #reload({ by, confirmSecs, isDryRun = false }: ReloadRequest): Promise<ReloadResult> {
    if (isDryRun) return this.#try();
    return this.#refusable(by, async () => this.#apply(await this.#load(), { by, confirmSecs }));
  }

  async #try(): Promise<ReloadResult> {
    const startedAt = performance.now();
    const { changes, isEmpty } = await this.#compareOrSay(await this.#load());
    return this.#result(isEmpty ? 'unchanged' : 'planned', changes, startedAt);
  }

  async #load(text?: string): Promise<LoadedConfig> {
    const loaded = await this.#options.load(text);
    if (text === undefined) this.#readHash = loaded.hash;
    const problems = await checkConfig(loaded);
    if (problems.some(({ severity }) => severity === 'error')) throw new ConfigError(problems);
    for (const { key, message } of [...loaded.warnings, ...problems]) {
      this.#options.logger.warn({ key }, `configuration: ${message}`);
    }
    return loaded;
  }

  async #loadRevision(number: number): Promise<LoadedConfig> {
    const { running, revisions, load } = this.#options;
    if (number === this.#known().revision) return running.loaded;
    return load(revisions.read(number));
  }

  async #apply(
    loaded: LoadedConfig,
    { by, confirmSecs }: { by: string; confirmSecs?: number | undefined },
  ): Promise<ReloadResult> {
    const { logger } = this.#options;
    const startedAt = performance.now();
    const before = this.#known();
    const { changes, isEmpty } = await this.#applyOrSay(loaded);
    this.#refused = null;
    if (isEmpty) {
      if (confirmSecs !== undefined) await this.#adoptForTrial(confirmSecs);
      logger.info({ revision: before.revision }, `reload (${by}): nothing has changed`);
      return this.#result('unchanged', changes, startedAt);
    }
    await this.#enter(loaded, by);
    if (confirmSecs !== undefined) await this.#beginTrial(confirmSecs, before);
    const result = this.#result('applied', changes, startedAt);
    for (const change of changes)
      logger.info({ key: change.key }, `configuration: ${describeChange(change)}`);
    logger.info(
      { revision: result.revision, duration_ms: result.duration_ms },
      `reload (${by}): revision ${result.revision} is applied`,
    );
    return result;
  }

  /** Remembers and tells why a change was refused. */
  async #refusable(by: string, change: () => Promise<ReloadResult>): Promise<ReloadResult> {
    this.#known();
    this.#options.onChanging();
    try {
      return await change();
    } catch (error) {
      const { message } = error as Error;
      const problems: readonly Problem[] = error instanceof ConfigError ? error.problems : [];
      this.#refused = { at: new Date().toISOString(), by, message, problems };
      const isUndone = !((error as Error).cause instanceof AggregateError);
      this.#options.logger.error(
        { by, problems: problems.map(describeProblem) },
        `reload (${by}) refused, ${isUndone ? 'everything runs on as before' : 'and not all of it could be taken back'}: ${message}`,
      );
      throw error;
    } finally {
      this.#options.onSettled();
    }
  }

  async #compareOrSay(loaded: LoadedConfig): Promise<Difference> {
    return this.#options.running.compare(loaded).catch((error) => {
      throw new ReloadError(error.message, { cause: error });
    });
  }

  async #applyOrSay(loaded: LoadedConfig): Promise<Difference> {
    try {
      return await this.#options.running.apply(loaded);
    } catch (error) {
      throw new ReloadError((error as Error).message, { cause: error });
    }
  }

  async #enter(loaded: LoadedConfig, by: string): Promise<void> {
    const facts = await this.#options.revisions.add({ by, loaded });
    this.#previous = this.#revision;
    this.#revision = { ...facts, at: new Date().toISOString(), by, loaded };
  }

  /** Whether it succeeded; if not, that was told, and what runs goes on. */
  async #goBack({ loaded }: Revision, by: string): Promise<boolean> {
    try {
      await this.#refusable(by, () => this.#apply(loaded, { by }));
    } catch {
      return false;
    }
    this.#endTrial();
    return true;
  }

  async #adoptForTrial(secs: number): Promise<void> {
    const { by, at } = this.#known();
    const isByFile = by.endsWith(FILE_CHANGED) && Date.now() - Date.parse(at) < ADOPTION_MS;
    const back = this.#trial?.back ?? (isByFile ? this.#previous : undefined);
    if (back !== undefined) await this.#beginTrial(secs, back);
  }

  /** A second change during a trial goes back, too, to what was there before the first. */
  async #beginTrial(secs: number, before: Revision): Promise<void> {
    const back = this.#trial?.back ?? before;
    this.#endTrial();
    const trial: Trial = { secs, until: Date.now() + secs * 1000, back, timer: undefined };
    trial.timer = setTimeout(() => this.#expire(trial), secs * 1000);
    this.#trial = trial;
    await this.#options.trialFile.write(back.revision);
  }

  /** Again and again, where going back does not succeed at once. */
  #expire(trial: Trial): void {
    void this.#operations.share('expire', async () => {
      // Confirmed at the last moment, or put on trial anew.
      if (this.#trial !== trial) return;
      const { revision } = this.#known();
      this.#options.logger.warn(
        { revision, back_to: trial.back.revision },
        `revision ${revision} was not confirmed within ${trial.secs} s; going back to revision ${trial.back.revision}`,
      );
      if (await this.#goBack(trial.back, 'not confirmed in time')) return;
      trial.timer = setTimeout(() => this.#expire(trial), RETRY_MS);
    });
  }

  #endTrial(): void {
    if (this.#trial === undefined) return;
    clearTimeout(this.#trial.timer);
    this.#trial = undefined;
    void this.#options.trialFile.remove();
  }

  #confirmUntil(): string | null {
    return this.#trial === undefined ? null : new Date(this.#trial.until).toISOString();
  }

  #known(): Revision {
    if (this.#revision === undefined) throw new ReloadError('the server is still starting');
    return this.#revision;
  }

  #result(outcome: ReloadResult['outcome'], changes: Difference['changes'], startedAt: number): ReloadResult {
    return {
      outcome,
      revision: this.#known().revision,
      changes,
      duration_ms: Math.round(performance.now() - startedAt),
      confirm_until: this.#confirmUntil(),
      back_to: this.#trial?.back.revision ?? null,
    };
  }
}

const FILE_CHANGED = ' changed';
const PROCESS_START = new Date(performance.timeOrigin).toISOString();

/** Who asked for a reload, when these files have changed. */
export function describeFileChange(files: readonly string[]): string {
  return `${files.map((file) => basename(file)).join(', ')}${FILE_CHANGED}`;
}

function describeProblem({ file, line, column, key, message }: Problem): string {
  return [[file, line, column].filter((part) => part !== undefined).join(':'), key, message]
    .filter(Boolean)
    .join(': ');
}

async function differsFromFile({ file, hash }: LoadedConfig): Promise<boolean> {
  if (file === undefined) return false;
  const bytes = await readFile(file).catch(() => undefined);
  return bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== hash;
}
