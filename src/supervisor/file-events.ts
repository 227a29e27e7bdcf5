import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import type { Logger } from '../observe/logger.ts';

/**
 * Hints from the operating system that something happened to files: fast, and not to be relied on. Where there are
 * none to be had (no inotify watches left, a folder that cannot be read) it says so once and stays silent.
 */
export class FileEvents {
  readonly #onHint: () => void;
  readonly #logger: Logger;
  #watcher: FSWatcher | undefined;
  /** The folders that are watched, each as the one that it was. */
  #watched = '';
  #isOff = false;

  constructor(onHint: () => void, logger: Logger) {
    this.#onHint = onHint;
    this.#logger = logger;
  }

  /** Watches these names in place of earlier ones. */
  async follow(names: readonly string[]): Promise<void> {
    if (this.#isOff) return;
    const folders = await identifyFolders(names);
    const watched = JSON.stringify([[...folders], names]);
    if (watched === this.#watched) return;
    await this.#unwatch();
    if (this.#isOff) return;
    this.#watched = watched;
    if (folders.size === 0) return;
    const wanted = new Set([...folders.keys(), ...names]);
    this.#watcher = watch([...folders.keys()], {
      depth: 0,
      followSymlinks: false,
      ignored: (path) => !wanted.has(path),
      ignoreInitial: true,
      persistent: false,
    })
      // What happened before it was watched shows now.
      .on('ready', this.#onHint)
      .on('all', this.#onHint)
      .on('error', (error) => this.#turnOff(error as NodeJS.ErrnoException));
  }

  /** For good. */
  async close(): Promise<void> {
    this.#isOff = true;
    await this.#unwatch();
  }

  #turnOff(error: NodeJS.ErrnoException): void {
    if (this.#isOff) return;
    this.#logger.warn(
      { error },
      'the operating system cannot tell of changed files; they are looked at every few seconds instead',
    );
    void this.close();
  }

  async #unwatch(): Promise<void> {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    const closed = watcher?.close();
    // What it is still about to open may fail, and it has removed the listener for that.
    watcher?.on('error', () => {});
    await closed;
  }
}

/** The folders of the names that exist, with what tells one from another that took its place. */
async function identifyFolders(names: readonly string[]): Promise<Map<string, string>> {
  const folders = new Map<string, string>();
  for (const folder of new Set(names.map((name) => dirname(name)))) {
    const found = await stat(folder, { bigint: true }).catch(() => undefined);
    if (found?.isDirectory()) folders.set(folder, `${found.dev}:${found.ino}`);
  }
  return folders;
}
