import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../observe/logger.ts';
import { FileEvents } from './file-events.ts';
import { readSight, type Sight, traceNames } from './watched-file.ts';

export interface ConfigWatcherOptions {
  /** The files whose content is another than was last told. */
  readonly onChange: (files: string[]) => void;
  readonly logger: Logger;
  /** How often the files are looked at, whatever the operating system tells of them. */
  readonly pollMs?: number;
}

const POLL_MS = 2000;
/** Editors and copies write a file in several steps: its content counts when it has stayed for so long. */
const SETTLE_MS = 200;
/** A file that is written all the time is told of nevertheless. */
const SETTLE_MS_MAX = 2000;

/**
 * Tells when the content of a file has changed, however it came about: written in place, replaced, a link on the
 * way to it pointed elsewhere, a folder exchanged. A file that is missing has no content to tell of.
 *
 * Events of the operating system only make it look sooner; what counts is what it sees. A content is compared with
 * the one that was last told, so what was undone meanwhile is not told.
 *
 * States: `idle` → `looking` at a hint or when it is time; a hint meanwhile leads to `stirred`, after which it looks
 * again.
 */
export class ConfigWatcher {
  readonly #options: ConfigWatcherOptions;
  readonly #events: FileEvents;
  readonly #closing = new AbortController();
  /** File → hash of the content that was last told, or that it had at first. */
  #told = new Map<string, string | undefined>();
  readonly #sights = new Map<string, Sight>();
  #timer: NodeJS.Timeout | undefined;
  #state: 'idle' | 'looking' | 'stirred' = 'idle';

  constructor(options: ConfigWatcherOptions) {
    this.#options = options;
    this.#events = new FileEvents(() => this.#stir(), options.logger);
  }

  /**
   * Watches these absolute paths in place of earlier ones. When it resolves, every later change will be told. For a
   * file that was not watched yet, `hashes` may have the SHA-256 in hex of what the caller has read already, so that a
   * change since then is told too.
   */
  async watch(files: readonly string[], hashes: Readonly<Record<string, string>> = {}): Promise<void> {
    const first = new Map<string, string | undefined>();
    for (const file of new Set(files)) {
      if (!this.#told.has(file)) first.set(file, hashes[file] ?? (await readSight(file))?.hash);
    }
    if (this.#closing.signal.aborted) return;
    this.#told = new Map([...new Set(files)].map((file) => [file, this.#told.get(file) ?? first.get(file)]));
    for (const file of this.#sights.keys()) if (!this.#told.has(file)) this.#sights.delete(file);
    this.#timer ??= setInterval(() => this.#stir(), this.#options.pollMs ?? POLL_MS).unref();
    this.#stir();
  }

  /** Nothing is told afterwards. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#timer);
    await this.#events.close();
  }

  #stir(): void {
    if (this.#state === 'idle') void this.#lookUntilCalm();
    else this.#state = 'stirred';
  }

  async #lookUntilCalm(): Promise<void> {
    do {
      this.#state = 'looking';
      const seen = await this.#look();
      if (this.#listChanged(seen).length > 0) await this.#settle(seen);
      if (this.#closing.signal.aborted) return;
      await this.#follow();
    } while ((this.#state as string) === 'stirred');
    this.#state = 'idle';
  }

  /** Waits until the contents stay the same, and tells what is different then. */
  async #settle(first: ReadonlyMap<string, string>): Promise<void> {
    const { signal } = this.#closing;
    const deadline = performance.now() + SETTLE_MS_MAX;
    let seen = first;
    for (let isSettled = false; !isSettled && performance.now() < deadline; ) {
      await delay(SETTLE_MS, undefined, { ref: false, signal }).catch(() => {});
      if (signal.aborted) return;
      const before = seen;
      seen = await this.#look();
      isSettled = isDeepStrictEqual(seen, before);
    }
    const changed = this.#listChanged(seen);
    for (const file of changed) this.#told.set(file, seen.get(file));
    if (changed.length > 0 && !signal.aborted) this.#options.onChange(changed);
  }

  /** File → hash, for those that are there. */
  async #look(): Promise<Map<string, string>> {
    const seen = new Map<string, string>();
    for (const file of this.#told.keys()) {
      const sight = await readSight(file, this.#sights.get(file));
      if (sight === undefined) continue;
      this.#sights.set(file, sight);
      seen.set(file, sight.hash);
    }
    return seen;
  }

  #listChanged(seen: ReadonlyMap<string, string>): string[] {
    return [...this.#told.keys()].filter((file) => seen.has(file) && seen.get(file) !== this.#told.get(file));
  }

  async #follow(): Promise<void> {
    const names = await Promise.all([...this.#told.keys()].map((file) => traceNames(file)));
    await this.#events.follow([...new Set(names.flat())]);
  }
}
