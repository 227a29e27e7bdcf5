import { accessSync, constants, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { KeyPath } from '../key-path.ts';
import type { Finding } from '../problem.ts';
import type { Config } from '../types.generated.ts';

interface Wanted {
  readonly path: KeyPath;
  readonly folder: string;
  /** The file that is to be written there, if it is one. */
  readonly file?: string;
}

/** Whether every folder that is written to exists or can be made, and can be written to. */
export function checkFolders(config: Config): Finding[] {
  return wantedFolders(config).flatMap((wanted) => {
    const finding = checkFile(wanted) ?? checkFolder(wanted);
    return finding ? [finding] : [];
  });
}

function wantedFolders({ storage, logs, logging, daemon }: Config): Wanted[] {
  const wanted: Wanted[] = [{ path: ['storage', 'data_dir'], folder: storage.data_dir }];
  if (logs.directory) wanted.push({ path: ['logs', 'directory'], folder: logs.directory });
  if (logging.file) wanted.push(fileIn(['logging', 'file'], logging.file));
  wanted.push(fileIn(['daemon', 'pid_file'], daemon.pid_file));
  return wanted;
}

function fileIn(path: KeyPath, file: string): Wanted {
  return { path, folder: dirname(file), file };
}

function checkFile({ path, file }: Wanted): Finding | undefined {
  if (file === undefined || !statSync(file, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  return finding('CFG0422', path, `${file} is a folder`, 'give the path of a file');
}

/** The folder itself, or the nearest one above it that exists: that one has to take the missing ones. */
function checkFolder({ path, folder }: Wanted): Finding | undefined {
  const nearest = nearestExisting(folder);
  if (!nearest.isFolder) {
    return finding('CFG0422', path, `${nearest.path} is a file, not a folder`, 'choose another path');
  }
  if (isWritable(nearest.path)) return undefined;
  const user = userInfo().username;
  return nearest.path === folder
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

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function finding(code: 'CFG0421' | 'CFG0422', path: KeyPath, message: string, hint: string): Finding {
  return { code, severity: 'error', path, at: 'value', message, hint };
}
