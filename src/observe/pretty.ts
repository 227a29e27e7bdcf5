import { prettyFactory } from 'pino-pretty';
import type { ConsoleFormat } from './console-format.ts';
import { escapeControls, renderFields } from './fields-text.ts';
import type { LogRecord } from './log-record.ts';

const LEVEL_WIDTH = 5;
const LEVEL_COLORS = {
  TRACE: 'gray',
  DEBUG: 'blue',
  INFO: 'green',
  WARN: 'yellow',
  ERROR: 'red',
  FATAL: 'bgRed',
} as const satisfies Record<LogRecord['level'], string>;

/** `2024-01-01T12:00:00.000Z  INFO millrace.worker: message key=value`, in colour for a terminal. */
export function createPretty(isColored: boolean): ConsoleFormat {
  const pretty = prettyFactory({
    colorize: isColored,
    // Else all that is not in another colour would be cyan.
    customColors: 'message:reset',
    messageKey: 'message',
    // The whole line is made here. Of the record nothing else may be printed: pino-pretty would print a
    // field "stack" with its line breaks, and a line break is all it takes to forge a line.
    include: 'nothing-else',
    hideObject: true,
    messageFormat: (log, _messageKey, _levelLabel, { colors }) => {
      const { timestamp, level, target, message, ...fields } = log as LogRecord;
      return [
        colors.gray(timestamp),
        colors[LEVEL_COLORS[level]](level.padStart(LEVEL_WIDTH)),
        colors.gray(`${escapeControls(target)}:`),
        `${escapeControls(message)}${colors.gray(renderFields(fields))}`,
      ].join(' ');
    },
  });
  return (record) => (pretty(record) ?? '').replace(/\n$/, '');
}
