import { decodeLine } from '../observe/log-line.ts';
import { linesAfter } from './logs/lines-after.ts';
import { readLogFile } from './logs/read-log-file.ts';

const LINES_MAX = 5;
const LEVELS = ['ERROR', 'FATAL'];

/** The last line of the log file; undefined where there is none. */
export async function readLastLine(file: string): Promise<string | undefined> {
  return (await readLines(file)).at(-1);
}

/**
 * What the log file tells of a failure since the line `last`: records of level ERROR and FATAL, and what is no record,
 * which is what a program in the background prints.
 */
export async function readLastErrors(file: string, last: string | undefined): Promise<readonly string[]> {
  const texts = linesAfter(last, await readLines(file)).flatMap((line) => {
    const record = decodeLine(line);
    if (record === undefined) return line.trim() === '' ? [] : [line];
    const { timestamp, level, message } = record;
    return LEVELS.includes(level) ? [`${timestamp} ${level} ${message}`] : [];
  });
  return texts.slice(-LINES_MAX);
}

async function readLines(file: string): Promise<readonly string[]> {
  return file === '' ? [] : readLogFile(file).catch(() => []);
}
