import { accessSync, constants, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { KeyPath } from '../key-path.ts';
import type { Finding } from '../problem.ts';
import type { Config } from '../types.generated.ts';

/** Who writes to a folder, where the two are different users. */
export type FolderWriter = 'supervisor' | 'store';

interface Wanted {
  readonly writer: FolderWriter;
  readonly path: KeyPath;
  readonly folder: string;
  /** The file that is to be written there, if it is one. */
  readonly file?: string;
}

/**
 * Whether every folder that is written to exists or can be made, and can be written to, by the user that asks. With a
 * writer only its folders count; those of the store are made by the supervisor then.
 */
export function checkFolders(config: Config, writer?: FolderWriter): Finding[] {
  const findings = wantedFolders(config).flatMap((wanted) => {
    if (writer !== undefined && wanted.writer !== writer) return [];
    const finding = checkFile(wanted) ?? checkFolder(wanted, writer === 'store');
    return finding ? [finding] : [];
  });
  return writer === 'store' ? findings : [...findings, ...checkWorkingFolder(config)];
}

function checkWorkingFolder({ daemon }: Config): Finding[] {
  const folder = daemon.working_dir;
  if (folder === '' || isFolder(folder)) return [];
  const message = `there is no folder ${folder} to work in`;
  return [finding('CFG0422', ['daemon', 'working_dir'], message, `make it: mkdir -p ${folder}`)];
}

function wantedFolders({ storage, logs, logging, daemon }: Config): Wanted[] {
  const wanted: Wanted[] = [{ writer: 'store', path: ['storage', 'data_dir'], folder: storage.data_dir }];
  if (logs.directory) wanted.push({ writer: 'store', path: ['logs', 'directory'], folder: logs.directory });
  if (logging.file) wanted.push(fileIn(['logging', 'file'], logging.file));
  wanted.push(fileIn(['daemon', 'pid_file'], daemon.pid_file));
  return wanted;
}

function fileIn(path: KeyPath, file: string): Wanted {
  return { writer: 'supervisor', path, folder: dirname(file), file };
}

function checkFile({ path, file }: Wanted): Finding | undefined {
  if (file === undefined || !isFolder(file)) return undefined;
  return finding('CFG0422', path, `${file} is a folder`, 'give the path of a file');
}

/** The folder itself, or the nearest one above it that exists: that one has to take the missing ones. */
function checkFolder({ path, folder }: Wanted, isMadeByOthers: boolean): Finding | undefined {
  const nearest = nearestExisting(folder);
  if (!nearest.isFolder) {
    return finding('CFG0422', path, `${nearest.path} is a file, not a folder`, 'choose another path');
  }
  const isMissing = nearest.path !== folder;
  if (isMissing && isMadeByOthers && isReachable(nearest.path)) return undefined;
  if (isWritable(nearest.path)) return undefined;
  const user = userInfo().username;
  return !isMissing
    ? finding('CFG0421', path, `${folder} cannot be written to by "${user}"`, `chown ${user} ${folder}`)
    : finding(
        'CFG0421',
        path,
        `${folder} does not exist, and "${user}" cannot make it in ${nearest.path}`,
        `make it as root: install -d -o ${user} ${folder}`,
      );
}

function nearestExisting(folder: string): { path: string; isFolder: boolean } {
  let path = folder;
  for (;;) {
    try {
      return { path, isFolder: statSync(path).isDirectory() };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (dirname(path) === path) return { path, isFolder: true };
      // What may not even be looked at cannot be written to either.
      if (code === 'EACCES') return { path: dirname(path), isFolder: true };
      path = dirname(path);
    }
  }
}

/** What may not even be looked at is told with the folder that it is in. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isWritable(folder: string): boolean {
  return hasAccess(folder, constants.W_OK | constants.X_OK);
}

function isReachable(folder: string): boolean {
  return hasAccess(folder, constants.X_OK);
}

function hasAccess(folder: string, rights: number): boolean {
  try {
    accessSync(folder, rights);
    return true;
  } catch {
    return false;
  }
}

function finding(code: 'CFG0421' | 'CFG0422', path: KeyPath, message: string, hint: string): Finding {
  return { code, severity: 'error', path, at: 'value', message, hint };
}
