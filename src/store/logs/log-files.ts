import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The names of one log and its backups: `_main.log`, then `_main.log.0` (the newest) to `.9`. */
export class LogFiles {
  readonly directory: string;
  readonly current: string;
  readonly backupCount: number;

  constructor(directory: string, name: string, backupCount: number) {
    this.directory = directory;
    this.current = join(directory, name);
    this.backupCount = backupCount;
  }

  backup(index: number): string {
    return `${this.current}.${index}`;
  }

  /** The current file first, then the backups that exist, newest first. */
  async list(): Promise<string[]> {
    const paths = [this.current];
    for (let index = 0; index < this.backupCount; index += 1) paths.push(this.backup(index));
    const present = await Promise.all(paths.map(exists));
    return paths.filter((_, index) => present[index]);
  }

  /**
   * Makes the current name free: each backup moves up by one, the oldest is deleted. A step that was cut
   * short by a crash leaves a missing number, never a lost file: only the gap is closed the next time.
   */
  async shift(): Promise<void> {
    if (this.backupCount === 0) {
      await rm(this.current, { force: true });
      return;
    }
    let free = 0;
    while (free < this.backupCount - 1 && (await exists(this.backup(free)))) free += 1;
    for (let index = free; index > 0; index -= 1) await rename(this.backup(index - 1), this.backup(index));
    await rename(this.current, this.backup(0));
  }

  /** Deletes the `newer` most recent files and gives the next one the current name again. */
  async unshift(newer: number): Promise<void> {
    const paths = [this.current];
    for (let index = 0; index < this.backupCount; index += 1) paths.push(this.backup(index));
    for (const path of paths.slice(0, newer)) await rm(path, { force: true });
    for (const [index, path] of paths.slice(newer).entries()) {
      if (await exists(path)) await rename(path, paths[index] as string);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
