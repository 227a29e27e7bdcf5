import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CertificateError } from './tls-error.ts';

/** `<name>.crt` and `<name>.key` in a directory. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export const KEY_MODE = 0o600;
export const CERTIFICATE_MODE = 0o644;
const DIRECTORY_MODE = 0o700;
const READABLE_BY_OTHERS = 0o077;

export function certificateFiles(directory: string, name: string): CertificateFiles {
  return { certFile: join(directory, `${name}.crt`), keyFile: join(directory, `${name}.key`) };
}

/** Makes a directory for keys, for its owner only. Throws `CertificateError`. */
export async function createKeyDirectory(directory: string): Promise<void> {
  await attempt('make the directory', directory, () =>
    mkdir(directory, { recursive: true, mode: DIRECTORY_MODE }),
  );
}

/** The text, or undefined where there is no such file. Throws `CertificateError`. */
export async function readIfThere(file: string): Promise<string | undefined> {
  return attempt('read', file, () => readFile(file, 'utf8').catch(undefinedIfMissing));
}

/** As `readIfThere`, but a key that others than its owner can read is made private first. */
export async function readKeyIfThere(file: string): Promise<string | undefined> {
  const found = await attempt('read', file, () => stat(file).catch(undefinedIfMissing));
  if (found !== undefined && (found.mode & READABLE_BY_OTHERS) !== 0) {
    try {
      await chmod(file, KEY_MODE);
    } catch (error) {
      throw new CertificateError(
        'ERR_TLS_PERMISSION',
        file,
        `other users can read the private key ${file}, and it cannot be made private: ${(error as Error).message}; have its owner run: chmod 600 ${file}`,
        error,
      );
    }
  }
  return readIfThere(file);
}

/** Writes a file that is complete on the disk or not there. False where there is one, which stays as it is. */
export async function createFile(file: string, text: string, mode: number): Promise<boolean> {
  return attempt('write', file, async () => {
    const fresh = await writeBeside(file, text, mode);
    try {
      await link(fresh, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return false;
    } finally {
      await rm(fresh, { force: true });
    }
    await syncDirectory(file);
    return true;
  });
}

/** At every moment the old or the new text is complete on the disk. */
export async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  await attempt('write', file, async () => {
    const fresh = await writeBeside(file, text, mode);
    try {
      await rename(fresh, file);
    } finally {
      await rm(fresh, { force: true });
    }
    await syncDirectory(file);
  });
}

async function writeBeside(file: string, text: string, mode: number): Promise<string> {
  const fresh = `${file}.${randomUUID()}`;
  const handle = await open(fresh, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return fresh;
}

async function syncDirectory(file: string): Promise<void> {
  const directory = await open(dirname(file), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function attempt<Result>(what: string, path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new CertificateError(
      'ERR_TLS_FILE',
      path,
      `cannot ${what} ${path}: ${(error as Error).message}`,
      error,
    );
  }
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
