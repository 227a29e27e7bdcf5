import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The names of one log and its backups: `_main.log`, then `_main.log.0` (the newest) to `.9`. */
export class LogFiles {
  readonly directory: string;
  readonly name: string;
  readonly current: string;
  /** May change at any time; it holds from the next `shift` on. */
  backupCount: number;

  constructor(directory: string, name: string, backupCount: number) {
    this.directory = directory;
    this.name = name;
    this.current = join(directory, name);
    this.backupCount = backupCount;
  }

  backup(index: number): string {
    return `${this.current}.${index}`;
  }

  /** Every name, whether there is such a file or not: the current one first, then the backups, newest first. */
  paths(): string[] {
    return [this.current, ...Array.from({ length: this.backupCount }, (_, index) => this.backup(index))];
  }

  /**
   * Makes the current name free: each backup moves up by one, the oldest is deleted. A step that was cut
   * short by a crash leaves a missing number, never a lost file: only the gap is closed the next time.
   */
  async shift(): Promise<void> {
    const count = this.backupCount;
    // There were more of them once.
    for (let index = count; await exists(this.backup(index)); index += 1) await rm(this.backup(index));
    if (count === 0) {
      await rm(this.current, { force: true });
      return;
    }
    let free = 0;
    while (free < count - 1 && (await exists(this.backup(free)))) free += 1;
    for (let index = free; index > 0; index -= 1) await rename(this.backup(index - 1), this.backup(index));
    await rename(this.current, this.backup(0));
  }

  /** Deletes the first `count` names' files and moves the others up, so that the next one has the current name. */
  async unshift(count: number): Promise<void> {
    if (count === 0) return;
    const paths = this.paths();
    for (const path of paths.slice(0, count)) await rm(path, { force: true });
    for (const [index, path] of paths.slice(count).entries()) {
      if (await exists(path)) await rename(path, paths[index] as string);
    }
  }

  async clear(): Promise<void> {
    for (const path of this.paths()) await rm(path, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
