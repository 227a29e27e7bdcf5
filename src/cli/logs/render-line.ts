import { escapeControls } from '../../config/escape-controls.ts';
import { chooseFormat } from '../../observe/console-format.ts';
import { decodeLine } from '../../observe/log-line.ts';
import { LOG_LEVELS, type LogLevel } from '../../observe/log-record.ts';
import type { OutputStream } from '../../observe/non-blocking-writer.ts';

export interface LineOptions {
  readonly asJson: boolean;
  /** Less important lines are left out. */
  readonly level: LogLevel;
}

/** What is printed for a line of the log; undefined for one that is left out. */
export type LineRenderer = (line: string) => string | undefined;

/** As the console of the server shows it, or as it stands in the log file. What is no record is never left out. */
export async function createLineRenderer(
  { asJson, level }: LineOptions,
  stream: OutputStream,
): Promise<LineRenderer> {
  const format = await chooseFormat({ console: 'pretty', format: 'json' }, stream);
  const least = LOG_LEVELS.indexOf(level);
  return (line) => {
    const record = decodeLine(line);
    if (record === undefined) return escapeControls(line);
    if (LOG_LEVELS.indexOf(record.level.toLowerCase() as LogLevel) < least) return undefined;
    return asJson ? line : format?.(record);
  };
}
