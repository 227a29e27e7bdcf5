import type { LoadedConfig } from '../config/load.ts';
import type { Logger } from '../observe/logger.ts';
import type { RevisionFacts } from './control-api.ts';
import {
  listRevisionFiles,
  type Revision,
  readRevisionFile,
  removeRevisionFile,
  revisionFile,
  writeRevisionFile,
} from './revision-file.ts';

const REVISIONS_MAX = 10;

/** There is no such revision, or it is not kept any more. */
export class UnknownRevisionError extends Error {
  readonly code = 'ERR_REVISION_UNKNOWN';

  constructor(number: number, kept: readonly number[]) {
    const choice = kept.length === 0 ? 'none is kept' : `there are ${kept.join(', ')}`;
    super(`there is no revision ${number} of the configuration; ${choice}`);
    this.name = 'UnknownRevisionError';
  }
}

/**
 * The configurations that were applied, with numbers that go on over restarts; the last ten are kept, each in a file
 * of its own. What cannot be written is kept in memory and written with the next one, since it is no reason for a
 * reload to fail.
 */
export class Revisions {
  readonly #directory: string;
  readonly #logger: Logger;
  /** The newest last. */
  #kept: Revision[] = [];
  readonly #unwritten = new Set<number>();
  #lastNumber = 0;
  #running: number | undefined;

  constructor(directory: string, logger: Logger) {
    this.#directory = directory;
    this.#logger = logger;
  }

  /** Reads what was kept. Files that are not ours, or damaged, are passed over and told. */
  async open(): Promise<void> {
    let numbers: number[];
    try {
      numbers = await listRevisionFiles(this.#directory);
    } catch (error) {
      this.#logger.warn({ error }, `cannot read the earlier configurations in ${this.#directory}`);
      return;
    }
    this.#lastNumber = numbers[0] ?? 0;
    for (const number of numbers) {
      if (this.#kept.length === REVISIONS_MAX) break;
      const revision = await readRevisionFile(this.#directory, number);
      if (revision !== undefined) this.#kept.unshift(revision);
      else {
        const file = revisionFile(this.#directory, number);
        this.#logger.warn(
          { file },
          `passed over ${file}: it is not a configuration that this server has kept`,
        );
      }
    }
  }

  /**
   * Takes note of what runs from now on. A start with what was applied last keeps its number. Never rejects.
   */
  async add({ by, loaded }: { by: string; loaded: LoadedConfig }): Promise<RevisionFacts> {
    const { source, hash, file = null } = loaded;
    const newest = this.#kept.at(-1);
    const isKnown = newest?.source === source && newest.file === file;
    if (by === 'start' && newest !== undefined && isKnown) {
      this.#running = newest.revision;
      return this.#describe(newest);
    }
    this.#lastNumber += 1;
    const revision = { revision: this.#lastNumber, at: new Date().toISOString(), by, hash, file, source };
    this.#running = revision.revision;
    this.#kept = [...this.#kept, revision].slice(-REVISIONS_MAX);
    this.#unwritten.add(revision.revision);
    await this.#write();
    return this.#describe(revision);
  }

  /** Those that are kept, the oldest first. */
  list(): RevisionFacts[] {
    return this.#kept.map((revision) => this.#describe(revision));
  }

  /** The text of the file as it was then. Throws `UnknownRevisionError`. */
  read(number: number): string {
    const found = this.#kept.find(({ revision }) => revision === number);
    if (found !== undefined) return found.source;
    const kept = this.#kept.map(({ revision }) => revision);
    throw new UnknownRevisionError(number, kept);
  }

  #describe({ revision, at, by, hash, file }: Revision): RevisionFacts {
    return { revision, at, by, hash, file, is_running: revision === this.#running };
  }

  async #write(): Promise<void> {
    const kept = this.#kept.map(({ revision }) => revision);
    for (const number of this.#unwritten) if (!kept.includes(number)) this.#unwritten.delete(number);
    try {
      const numbers = await listRevisionFiles(this.#directory);
      const oldest = kept[0] as number;
      for (const number of numbers) if (number < oldest) await removeRevisionFile(this.#directory, number);
      for (const revision of this.#kept.filter((each) => this.#unwritten.has(each.revision))) {
        await writeRevisionFile(this.#directory, revision);
        this.#unwritten.delete(revision.revision);
      }
    } catch (error) {
      this.#logger.warn(
        { error },
        `cannot write the configuration to ${this.#directory}; it is applied, but until it can be written a restart forgets revision ${this.#lastNumber}`,
      );
    }
  }
}
