import { lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FILE_BYTES_MAX } from '../config/parse.ts';
import { replaceFile } from '../config/save-file.ts';

/** A configuration that was applied, as it is kept. */
export interface Revision {
  readonly revision: number;
  /** ISO 8601. */
  readonly at: string;
  /** What applied it, such as `start` or `SIGHUP`. */
  readonly by: string;
  /** SHA-256 of the file's bytes in hex; empty without a file. */
  readonly hash: string;
  readonly file: string | null;
  /** The text of the file; it may hold secrets. */
  readonly source: string;
}

/** For the owner alone: a configuration may hold secrets. */
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
/** Each byte of the text takes at most six in JSON; the rest is small. */
const REVISION_BYTES_MAX = FILE_BYTES_MAX * 6 + 64 * 1024;
/** Fifteen digits: the next number is exact too. */
const NAME = /^([1-9]\d{0,14})\.json$/;

/** The numbers of all files in the directory, the newest first. Makes the directory where there is none. */
export async function listRevisionFiles(directory: string): Promise<number[]> {
  await mkdir(directory, { mode: DIRECTORY_MODE }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const names = await readdir(directory);
  const numbers = names.map((name) => Number(NAME.exec(name)?.[1] ?? 0)).filter((number) => number > 0);
  return numbers.sort((a, b) => b - a);
}

/** Undefined where the file is not what we wrote. */
export async function readRevisionFile(directory: string, number: number): Promise<Revision | undefined> {
  try {
    const file = revisionFile(directory, number);
    const found = await lstat(file);
    if (!found.isFile() || found.size > REVISION_BYTES_MAX) return undefined;
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isRevision(value) && value.revision === number ? value : undefined;
  } catch {
    // The error may quote the text, and with it a secret.
    return undefined;
  }
}

export async function writeRevisionFile(directory: string, revision: Revision): Promise<void> {
  const text = `${JSON.stringify(revision, null, 2)}\n`;
  await replaceFile(revisionFile(directory, revision.revision), text, FILE_MODE);
}

/** Whatever has that name: what is in the way must not stay there for ever. */
export async function removeRevisionFile(directory: string, number: number): Promise<void> {
  await rm(revisionFile(directory, number), { recursive: true, force: true });
}

export function revisionFile(directory: string, number: number): string {
  return join(directory, `${number}.json`);
}

function isRevision(value: unknown): value is Revision {
  if (typeof value !== 'object' || value === null) return false;
  const { revision, at, by, hash, file, source } = value as Partial<Record<keyof Revision, unknown>>;
  const texts = [at, by, hash, file ?? '', source];
  return typeof revision === 'number' && texts.every((text) => typeof text === 'string');
}
