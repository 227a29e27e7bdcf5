import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../config/save-file.ts';
import type { Logger } from '../observe/logger.ts';

const MODE = 0o600;

/**
 * Notes that what runs is on trial, so that a server that ends meanwhile, however that comes about, starts with the
 * revision before it. A note that cannot be written or removed is told and stops nothing.
 */
export class TrialFile {
  readonly #path: string;
  readonly #logger: Logger;
  #last: Promise<void> = Promise.resolve();

  constructor(revisionDirectory: string, logger: Logger) {
    this.#path = join(revisionDirectory, 'trial.json');
    this.#logger = logger;
  }

  /** The revision to go back to, where the last run ended during a trial. */
  async read(): Promise<number | undefined> {
    try {
      const { back_to: number } = JSON.parse(await readFile(this.#path, 'utf8'));
      return Number.isSafeInteger(number) ? number : undefined;
    } catch {
      return undefined;
    }
  }

  write(backTo: number): Promise<void> {
    return this.#queue(() => replaceFile(this.#path, `${JSON.stringify({ back_to: backTo })}\n`, MODE));
  }

  remove(): Promise<void> {
    return this.#queue(() => rm(this.#path, { force: true }));
  }

  #queue(step: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(step).catch((error) => {
      this.#logger.warn({ error }, `cannot note in ${this.#path} whether a configuration is on trial`);
    });
    return this.#last;
  }
}
