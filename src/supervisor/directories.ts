import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmdirSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Paths } from '../config/paths.ts';
import { type Identity, runAs } from '../process/identity.ts';
import { makeDirectories } from '../process/make-directories.ts';

/** A directory that cannot be made, written or trusted. */
export class DirectoryError extends Error {
  readonly code = 'ERR_DIRECTORY';
}

const DIRECTORY_MODE = 0o750;
/**
 * Of a data directory that root gives to a group: what root keeps in there (keys, certificates) can be neither moved
 * nor replaced by the user, and is of the group.
 */
const SHARED_MODE = 0o3770;
/** What root makes in there is of the group, and only root makes anything. */
const READABLE_MODE = 0o2750;
const PRIVATE_MODE = 0o700;

/**
 * Makes the directories that the data is written to, by the identity if there is one. What somebody else has put
 * there stays as it is. Throws `DirectoryError`.
 */
export function prepareDirectories(paths: Paths, identity: Identity | undefined): void {
  const { dataDirectory, logDirectory, ledgerFile, runtimeDirectory } = paths;
  attempt(dataDirectory, 'storage.data_dir', identity, () => {
    makeShared(dataDirectory, identity);
    assertWritable(dataDirectory, identity);
  });
  if (identity === undefined) return;
  attempt(logDirectory, 'logs.directory', identity, () => {
    makeOwn(logDirectory, identity);
    assertWritable(logDirectory, identity);
  });
  attempt(ledgerFile, 'storage.data_dir', identity, () => {
    if (existsSync(ledgerFile)) runAs(identity, () => closeSync(openSync(ledgerFile, 'r+')));
  });
  for (const path of [paths.certificateDirectory, paths.revisionDirectory]) keepForRoot(path);
  // Made by a service manager, for root.
  if (isEmptyOfRoot(runtimeDirectory)) give(runtimeDirectory, identity, PRIVATE_MODE);
}

/**
 * Makes the folder of the daemon's own log, which the supervisor writes. Returns why it is not safe there, if it is
 * not. Throws `DirectoryError`.
 */
export function prepareLogFolder(file: string, identity: Identity | undefined): string | undefined {
  if (file === '') return undefined;
  const folder = dirname(file);
  attempt(folder, 'logging.file', undefined, () => {
    if (existsSync(folder)) return;
    makeParents(folder, identity);
    if (identity === undefined) return;
    chownSync(folder, 0, identity.gid);
    chmodSync(folder, READABLE_MODE);
  });
  if (identity === undefined || !canReplaceFilesIn(statSync(folder), identity)) return undefined;
  return `user ${identity.uid} can put another file in the place of ${file}, which root writes; choose a folder of root for logging.file`;
}

function makeParents(path: string, identity: Identity | undefined): void {
  for (const made of makeDirectories(path, DIRECTORY_MODE)) {
    // The user has to get through.
    if (identity !== undefined) chownSync(made, 0, identity.gid);
  }
}

function makeShared(path: string, identity: Identity | undefined): void {
  const isNew = !existsSync(path);
  if (isNew) makeParents(path, identity);
  if (identity === undefined || !(isNew || isEmptyOfRoot(path))) return;
  chownSync(path, 0, identity.gid);
  chmodSync(path, SHARED_MODE);
}

/** By the user where it may, so that root follows no link of the user's; else by root, where the user may not. */
function makeOwn(path: string, identity: Identity): void {
  if (!existsSync(path)) {
    try {
      runAs(identity, () => makeParents(path, undefined));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    }
    makeParents(path, identity);
    give(path, identity, DIRECTORY_MODE);
  } else if (isEmptyOfRoot(path)) {
    give(path, identity, DIRECTORY_MODE);
  }
}

function give(path: string, { uid, gid }: Identity, mode: number): void {
  chownSync(path, uid, gid);
  chmodSync(path, mode);
}

/** Only what is empty and root's own is given away. */
function isEmptyOfRoot(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === 0 && readdirSync(path).length === 0;
}

function assertWritable(path: string, identity: Identity | undefined): void {
  if (identity === undefined) {
    accessSync(path, constants.W_OK | constants.X_OK);
    return;
  }
  // access(2) asks for the real user, which is root.
  try {
    runAs(identity, () => rmdirSync(mkdtempSync(join(path, '.writable-'))));
  } catch (error) {
    // A server starts on a full disk too, and says so.
    if (!['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Made before the user can put a link in its place: root reads and writes secrets in there, also later on. */
function keepForRoot(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) mkdirSync(path, { mode: PRIVATE_MODE });
  const found = lstatSync(path);
  if (found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0) return;
  throw new DirectoryError(
    `${path} has to be a directory that only root can write, since the supervisor keeps secrets in it; chown -R root ${path}`,
  );
}

function canReplaceFilesIn({ uid, gid, mode }: Stats, identity: Identity): boolean {
  if (uid === identity.uid) return true;
  const isSticky = (mode & 0o1000) !== 0;
  return !isSticky && ((mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && identity.groups.includes(gid)));
}

function attempt(path: string, key: string, identity: Identity | undefined, work: () => void): void {
  try {
    work();
  } catch (error) {
    const who = identity === undefined ? '' : ` as user ${identity.uid}`;
    const remedy = identity === undefined ? `see ${key}` : `chown -R ${identity.uid} ${path}, or see ${key}`;
    throw new DirectoryError(`cannot write in ${path}${who}: ${(error as Error).message}; ${remedy}`, {
      cause: error,
    });
  }
}
