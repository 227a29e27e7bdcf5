import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KeyedCertificate } from './issue.ts';
import { CertificateError } from './tls-error.ts';

/** `<name>.crt` and `<name>.key` in a directory. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

const KEY_MODE = 0o600;
const CERTIFICATE_MODE = 0o644;
const DIRECTORY_MODE = 0o700;

export function certificateFiles(directory: string, name: string): CertificateFiles {
  return { certFile: join(directory, `${name}.crt`), keyFile: join(directory, `${name}.key`) };
}

/** Makes a directory for keys, for its owner only. */
export async function createKeyDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
}

/**
 * Reads both files, or undefined where one is missing. A key that others than its owner can read is made
 * private first. Throws `CertificateError`.
 */
export async function readCertificateFiles(files: CertificateFiles): Promise<KeyedCertificate | undefined> {
  try {
    const [certificate, key] = await Promise.all([
      readFile(files.certFile, 'utf8'),
      readFile(files.keyFile, 'utf8'),
    ]);
    if (((await stat(files.keyFile)).mode & 0o077) !== 0) await chmod(files.keyFile, KEY_MODE);
    return { certificate, key };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CertificateError(
      'ERR_TLS_FILE',
      files.keyFile,
      `cannot use ${files.certFile} and its key: ${(error as Error).message}`,
      error,
    );
  }
}

/** Replaces both files, each at once; the key first, so that no certificate stands there without its key. */
export async function writeCertificateFiles(files: CertificateFiles, made: KeyedCertificate): Promise<void> {
  await replaceFile(files.keyFile, made.key, KEY_MODE);
  await replaceFile(files.certFile, made.certificate, CERTIFICATE_MODE);
}

async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const fresh = `${path}.${process.pid}`;
  await rm(fresh, { force: true });
  const file = await open(fresh, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  const directory = await open(dirname(path), 'r');
  await directory.sync();
  await directory.close();
}
