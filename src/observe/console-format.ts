import type { LoggingConfig } from '../config/types.generated.ts';
import { escapeControls, renderFields } from './fields-text.ts';
import { encodeLine } from './log-line.ts';
import type { LogRecord } from './log-record.ts';
import type { OutputStream } from './non-blocking-writer.ts';

/** The line for a record, without its line end. */
export type ConsoleFormat = (record: LogRecord) => string;

type ConsoleConfig = Pick<LoggingConfig, 'console' | 'format'>;

/** What `logging.console` means for this console. */
export function resolveConsole({ console: choice, format }: ConsoleConfig, stream: OutputStream | undefined) {
  if (stream === undefined) return 'off';
  if (choice !== 'auto') return choice;
  return stream.isTTY === true ? 'pretty' : format;
}

/** What the configuration asks of this console, or undefined where it wants nothing there. */
export async function chooseFormat(
  config: ConsoleConfig,
  stream: OutputStream | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ConsoleFormat | undefined> {
  switch (resolveConsole(config, stream)) {
    case 'off':
      return undefined;
    case 'json':
      return encodeLine;
    case 'compact':
      return formatCompact;
    case 'pretty': {
      // Nobody pays for it in a container.
      const { createPretty } = await import('./pretty.ts');
      return createPretty(hasColor(stream?.isTTY === true, env));
    }
  }
}

/** `INFO message key=value`, for consoles that add time and origin themselves. */
export function formatCompact({ timestamp: _, level, target: __, message, ...fields }: LogRecord): string {
  return `${level} ${escapeControls(message)}${renderFields(fields)}`;
}

/** FORCE_COLOR is stronger than NO_COLOR, as in Node itself. */
function hasColor(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR);
  if (env.NO_COLOR || env.TERM === 'dumb') return false;
  return isTerminal;
}
