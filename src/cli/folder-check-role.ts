import { text } from 'node:stream/consumers';
import { checkFolders } from '../config/check/folders.ts';

/** Reads a configuration as JSON and prints what keeps the user of this process from being the store. */
export async function runFolderCheck(): Promise<number> {
  process.stdout.write(JSON.stringify(checkFolders(JSON.parse(await text(process.stdin)), 'store')));
  return 0;
}
