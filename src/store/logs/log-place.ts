import { readFile } from 'node:fs/promises';
import { replaceFile } from '../../config/save-file.ts';
import { LogFiles } from './log-files.ts';

const MODE = 0o640;

/**
 * Which files the ledger is about, kept beside it: after `logs.directory` or `logs.file_name` has changed, the lines
 * that the last store did not confirm are in other files than the next one opens.
 */
export async function readFormerFiles(path: string, files: LogFiles): Promise<LogFiles | undefined> {
  try {
    const {
      directory,
      file_name: name,
      backup_count: backupCount,
    } = JSON.parse(await readFile(path, 'utf8'));
    const isSame = directory === files.directory && name === files.name;
    const isUsable =
      typeof directory === 'string' && typeof name === 'string' && Number.isSafeInteger(backupCount);
    return isUsable && !isSame ? new LogFiles(directory, name, backupCount) : undefined;
  } catch {
    // None yet, or half a one from another program.
    return undefined;
  }
}

export async function writeFiles(path: string, { directory, name, backupCount }: LogFiles): Promise<void> {
  const text = JSON.stringify({ directory, file_name: name, backup_count: backupCount });
  if ((await readFile(path, 'utf8').catch(() => '')) === `${text}\n`) return;
  await replaceFile(path, `${text}\n`, MODE);
}
