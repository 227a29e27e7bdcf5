import { chmod, chown, copyFile, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces a file by new text so that at every moment the old or the new one is complete on the disk. The
 * old one stays beside it as `.bak`; owner and mode are kept, and a symbolic link stays one.
 */
export async function saveFixed(file: string, text: string): Promise<{ backup: string }> {
  const target = await realpath(file);
  const backup = `${target}.bak`;
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.new`);
  const { mode, uid, gid } = await stat(target);
  try {
    await copyFile(target, temporary);
    await chmod(temporary, mode);
    await chown(temporary, uid, gid).catch(ignoreDenied);
    await syncFile(temporary);
    await rename(temporary, backup);
    await writeSynced(temporary, text, mode);
    await chown(temporary, uid, gid).catch(ignoreDenied);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFile(dirname(target));
  return { backup };
}

/** Puts the text in the place of what the file held, so that at every moment one of them is complete on the disk. */
export async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.new`);
  try {
    // Left by a process that was killed.
    await rm(temporary, { force: true });
    await writeSynced(temporary, text, mode);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFile(dirname(file));
}

async function writeSynced(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode & 0o777);
  try {
    await handle.chmod(mode & 0o777);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Only root may give a file away; the user's own file keeps its mode. */
function ignoreDenied(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPERM') throw error;
}
