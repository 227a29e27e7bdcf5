import { dirname, resolve } from 'node:path';
import type { KeyPath } from './key-path.ts';
import type { Origin } from './origin.ts';
import { findSchema } from './schema.ts';
import { leaves, readAt, type Tree, writeAt } from './tree.ts';
import type { Config } from './types.generated.ts';

const WORKING_FOLDER: KeyPath = ['daemon', 'working_dir'];

export interface Folders {
  /** What relative paths start from: the working folder if one is set, else that of the file. */
  readonly base: string;
  readonly current: string;
}

export function resolveFolders(
  tree: Tree,
  originOf: (path: KeyPath) => Origin,
  file: string | undefined,
  current: string,
): Folders {
  const fileFolder = file ? dirname(file) : current;
  const workingFolder = readAt(tree, WORKING_FOLDER);
  if (typeof workingFolder !== 'string' || workingFolder === '') return { base: fileFolder, current };
  const from = originOf(WORKING_FOLDER).layer === 'flag' ? current : fileFolder;
  return { base: resolve(from, workingFolder), current };
}

/**
 * Makes every path absolute in place. A path that was typed on the command line starts from the current
 * folder, as the user's shell completes it; every other from the folder of the configuration.
 */
export function makePathsAbsolute(
  config: Config,
  originOf: (path: KeyPath) => Origin,
  folders: Folders,
): void {
  const tree = config as unknown as Tree;
  for (const [path, value] of [...leaves(tree)]) {
    if (!findSchema(path)?.['x-path'] || typeof value !== 'string' || value === '') continue;
    const isWorkingFolder = path.join('.') === WORKING_FOLDER.join('.');
    const from = originOf(path).layer === 'flag' ? folders.current : folders.base;
    writeAt(tree, path, isWorkingFolder ? folders.base : resolve(from, value));
  }
}
