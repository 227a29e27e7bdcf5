import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogsConfig } from '../../config/types.generated.ts';
import { type LogBatch, numberLines } from '../../link/log-batch.ts';
import type { StoreHealth } from '../../link/messages.ts';
import type { LinkHandler } from '../../link/server.ts';
import type { Logger } from '../../observe/logger.ts';
import type { Component } from '../../process/component.ts';
import { makeDirectories } from '../../process/make-directories.ts';
import { whenAborted } from '../../process/when-aborted.ts';
import { Ledger, type LedgerRecord, RECORDS_PER_WORKER_MAX, WORKERS_MAX } from './ledger.ts';
import { LogFiles } from './log-files.ts';
import { readFormerFiles, writeFiles } from './log-place.ts';
import { type Lines, LogWriter, type LogWriterOptions } from './log-writer.ts';
import { endLastLine, readLastSequence, recoverLogFiles } from './recovery.ts';

/** One commit takes what has arrived, up to this: a larger one only makes the first batch wait for the last. */
const COMMIT_BYTES_MAX = 8 * 1024 * 1024;
const RETRY_DELAY_MS_MAX = 5000;
const FOLLOW_INTERVAL_MS = 1000;
/** Stands where a worker's name does. */
const NO_WORKER = '0000000000000000';
const HEALTHY: StoreHealth = { ready: true, reasons: [] };

interface Queued {
  readonly worker: string;
  readonly id: number;
  readonly batch: LogBatch;
  readonly resolve: (firstSequence: number) => void;
}

/** Where a worker's batches are: those that it may send again, and those on their way. */
interface WorkerHistory {
  readonly committed: Map<number, number>;
  readonly queued: Map<number, Promise<number>>;
}

export interface LogStoreCounts {
  records: number;
  bytes: number;
  rotations: number;
  retries: number;
  commits: number;
}

/**
 * The order of all log messages: gives each line its number and has it on the disk before it says so.
 *
 * All batches that arrive while a commit runs share the next one. A commit that fails is repeated until it
 * goes through; until then nothing is acknowledged, so the workers stop reading from their clients.
 */
export class LogStore implements Component, LinkHandler {
  #config: LogsConfig;
  readonly #logger: Logger;
  readonly #files: LogFiles;
  readonly #writer: LogWriter;
  readonly #ledger: Ledger;
  readonly #ledgerFile: string;
  readonly #placeFile: string;
  readonly #history = new Map<string, WorkerHistory>();
  readonly #closing = new AbortController();
  #queue: Queued[] = [];
  #committing: Promise<void> | undefined;
  #syncTimer: NodeJS.Timeout | undefined;
  #followedAt = 0;
  #nextSequence = 0;
  #health = HEALTHY;
  #closed: Promise<void> | undefined;
  readonly counts: LogStoreCounts = { records: 0, bytes: 0, rotations: 0, retries: 0, commits: 0 };
  onHealth: (health: StoreHealth) => void = () => {};

  constructor(config: LogsConfig, directory: string, ledgerFile: string, logger: Logger) {
    this.#config = config;
    this.#logger = logger;
    this.#files = new LogFiles(directory, config.file_name, config.backup_count);
    this.#writer = new LogWriter(this.#files, writerOptions(config));
    this.#ledger = new Ledger(ledgerFile);
    this.#ledgerFile = ledgerFile;
    this.#placeFile = `${ledgerFile}.place`;
  }

  get health(): StoreHealth {
    return this.#health;
  }

  get nextSequence(): number {
    return this.#nextSequence;
  }

  get currentFile(): string {
    return this.#files.current;
  }

  async start(): Promise<void> {
    makeDirectories(dirname(this.#ledgerFile), 0o750);
    const records = await this.#ledger.open();
    if (records.length === 0) await this.#enterOrigin();
    else await this.#recover(records);
    await this.#writer.open();
    await writeFiles(this.#placeFile, this.#files).catch((error) => {
      this.#logger.warn({ error }, `cannot note in ${this.#placeFile} which files the ledger is about`);
    });
    this.#startSyncing();
  }

  /** Takes over the values of live keys; they hold from the next commit on. */
  update(config: LogsConfig): void {
    // What was written without a sync until now is not known to be on the disk.
    const isSafer = config.sync === 'batch' && this.#config.sync !== 'batch';
    this.#config = config;
    this.#writer.options = writerOptions(config);
    this.#files.backupCount = config.backup_count;
    this.#startSyncing();
    if (isSafer) void this.#sync();
  }

  /** The next commit looks whether the file is still the one that is written. */
  reopen(): void {
    this.#followedAt = 0;
  }

  #startSyncing(): void {
    clearInterval(this.#syncTimer);
    if (this.#config.sync !== 'interval') return;
    this.#syncTimer = setInterval(() => void this.#sync(), this.#config.sync_interval_ms).unref();
  }

  /**
   * A first start, or one without the ledger: what the files hold is taken as confirmed, and the numbers go on
   * behind it. The record of no lines says so before the first line can be written.
   */
  async #enterOrigin(): Promise<void> {
    const found = await readLastSequence(this.#files);
    this.#nextSequence = found === undefined ? 0 : found + 1;
    if (found === undefined) await endLastLine(this.#files.current);
    else await recoverLogFiles(this.#files, found);
    const origin = { worker: NO_WORKER, batch: 0, firstSequence: this.#nextSequence, count: 0 };
    await this.#ledger.append([origin], true);
    if (found === undefined) return;
    this.#logger.warn(
      { file: this.#files.current, next_sequence: this.#nextSequence },
      'the log files are there but not their ledger; the numbers go on behind the last line',
    );
  }

  async #recover(records: readonly LedgerRecord[]): Promise<void> {
    const { firstSequence, count } = records.at(-1) as LedgerRecord;
    this.#nextSequence = firstSequence + count;
    const confirmed = this.#nextSequence - 1;
    const former = await readFormerFiles(this.#placeFile, this.#files);
    if (former !== undefined) await this.#recoverFormer(former, confirmed);
    for (const { worker, batch, firstSequence: first } of records) this.#remember(worker, batch, first);
    const { cutBytes, lastSequence = -1 } = await recoverLogFiles(this.#files, confirmed);
    if (cutBytes > 0) {
      this.#logger.warn(
        { file: this.#files.current, bytes: cutBytes },
        'cut off lines that were not confirmed before the last stop; their worker sends them again',
      );
    }
    if (lastSequence !== confirmed && former === undefined) {
      this.#logger.warn(
        { file: this.#files.current, next_sequence: this.#nextSequence },
        'the log files do not end as they were left: they were changed, moved or removed; the numbers go on',
      );
    }
  }

  async #recoverFormer(former: LogFiles, confirmed: number): Promise<void> {
    try {
      await recoverLogFiles(former, confirmed);
      this.#logger.info({ file: former.current }, `the log goes on in ${this.#files.current}`);
    } catch (error) {
      this.#logger.warn({ error }, `cannot look whether ${former.current} ends as it was confirmed`);
    }
  }

  append(worker: string, id: number, batch: LogBatch): Promise<number> {
    const history = this.#historyOf(worker);
    const committed = history.committed.get(id);
    if (committed !== undefined) return Promise.resolve(committed);
    const queued = history.queued.get(id);
    if (queued !== undefined) return queued;
    const stored = new Promise<number>((resolve) => {
      this.#queue.push({ worker, id, batch, resolve });
    });
    history.queued.set(id, stored);
    this.#committing ??= this.#commitAll();
    return stored;
  }

  /** Writes what has arrived. */
  async drain(deadline: AbortSignal): Promise<void> {
    await Promise.race([this.#committing, whenAborted(deadline)]);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#syncTimer);
    this.#closing.abort();
    await this.#committing;
    if (this.#config.sync !== 'never') await this.#sync();
    await this.#writer.close();
    await this.#ledger.close();
  }

  async #commitAll(): Promise<void> {
    while (this.#queue.length > 0 && !this.#closing.signal.aborted) {
      const group = this.#takeGroup();
      const records = await this.#persist(group);
      if (records === undefined) break;
      for (const [index, { worker, id, batch, resolve }] of group.entries()) {
        const { firstSequence } = records[index] as LedgerRecord;
        this.#historyOf(worker).queued.delete(id);
        this.#remember(worker, id, firstSequence);
        this.counts.records += batch.count;
        this.counts.bytes += batch.length;
        resolve(firstSequence);
      }
      this.counts.commits += 1;
      this.counts.rotations = this.#writer.rotations;
    }
    this.#committing = undefined;
  }

  #takeGroup(): Queued[] {
    let bytes = 0;
    let taken = 0;
    while (taken < this.#queue.length && bytes < COMMIT_BYTES_MAX) {
      bytes += (this.#queue[taken] as Queued).batch.length;
      taken += 1;
    }
    return this.#queue.splice(0, taken);
  }

  /**
   * Numbers and writes the lines, then enters the batches into the ledger, in this order: what the ledger
   * has is in the file. Returns undefined when the store closes before that succeeds.
   */
  async #persist(group: readonly Queued[]): Promise<LedgerRecord[] | undefined> {
    await this.#followFile();
    const records: LedgerRecord[] = [];
    for (const { worker, id, batch } of group) {
      const firstSequence = this.#nextSequence;
      this.#nextSequence += batch.count;
      if (!(await this.#addLines(numberLines(batch, firstSequence)))) return undefined;
      records.push({ worker, batch: id, firstSequence, count: batch.count });
    }
    const isWritten = await this.#untilDone('write', () => this.#writer.commit());
    if (!isWritten) return undefined;
    const sync = this.#config.sync === 'batch';
    const isEntered = await this.#untilDone('write', () => this.#ledger.append(records, sync));
    return isEntered ? records : undefined;
  }

  async #addLines(lines: Lines): Promise<boolean> {
    let next = this.#writer.add(lines, 0);
    while (next < lines.ends.length) {
      if (!(await this.#untilDone('rotate', () => this.#writer.rotate()))) return false;
      next = this.#writer.add(lines, next);
    }
    return true;
  }

  /** Repeats a step until it succeeds; returns false only when the store closes before. */
  async #untilDone(what: 'write' | 'rotate', step: () => Promise<void>): Promise<boolean> {
    const { retry_delay_ms, max_retries } = this.#config;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await step();
        if (!this.#health.ready) this.#recovered();
        return true;
      } catch (error) {
        this.counts.retries += 1;
        if (attempt > max_retries) this.#failed(what, error as NodeJS.ErrnoException);
        const delayMs = Math.min(retry_delay_ms * 2 ** (attempt - 1), RETRY_DELAY_MS_MAX);
        await delay(delayMs, undefined, { signal: this.#closing.signal }).catch(() => {});
        if (this.#closing.signal.aborted) return false;
      }
    }
  }

  #failed(what: 'write' | 'rotate', error: NodeJS.ErrnoException): void {
    if (!this.#health.ready) return;
    const reason =
      error.code === 'ENOSPC' || error.code === 'EDQUOT'
        ? `the disk that holds ${this.#files.directory} is full`
        : `cannot ${what} ${this.#files.current}: ${error.message}`;
    this.#logger.error(
      { error, batches_waiting: this.#queue.length },
      `${reason}; nothing more is read from clients until it works again`,
    );
    this.#setHealth({ ready: false, reasons: [reason] });
  }

  #recovered(): void {
    this.#logger.warn({ file: this.#files.current }, 'the log files can be written again; nothing was lost');
    this.#setHealth(HEALTHY);
  }

  #setHealth(health: StoreHealth): void {
    this.#health = health;
    this.onHealth(health);
  }

  /** Someone may rotate, move or empty the file from outside. */
  async #followFile(): Promise<void> {
    const now = Date.now();
    if (now - this.#followedAt < FOLLOW_INTERVAL_MS) return;
    this.#followedAt = now;
    const isReopened = await this.#writer.follow().catch(() => false);
    if (isReopened) {
      this.#logger.warn({ file: this.#files.current }, 'the log file was moved or emptied; opened it anew');
    }
  }

  async #sync(): Promise<void> {
    await Promise.all([this.#writer.sync(), this.#ledger.sync()]).catch((error) => {
      this.#logger.error(
        { error },
        'cannot sync the log files; the latest lines may not survive a power cut',
      );
    });
  }

  /** The histories stand in the order of their last use, so that those of former workers go first. */
  #historyOf(worker: string): WorkerHistory {
    const history = this.#history.get(worker) ?? { committed: new Map(), queued: new Map() };
    this.#history.delete(worker);
    this.#history.set(worker, history);
    for (const [oldest, { queued }] of this.#history) {
      if (this.#history.size <= WORKERS_MAX) break;
      if (queued.size === 0 && oldest !== worker) this.#history.delete(oldest);
    }
    return history;
  }

  #remember(worker: string, id: number, firstSequence: number): void {
    const { committed } = this.#historyOf(worker);
    committed.set(id, firstSequence);
    if (committed.size > RECORDS_PER_WORKER_MAX) committed.delete(committed.keys().next().value as number);
  }
}

function writerOptions({ max_file_bytes, sync }: LogsConfig): LogWriterOptions {
  return { maxFileBytes: max_file_bytes, sync: sync === 'batch' };
}
