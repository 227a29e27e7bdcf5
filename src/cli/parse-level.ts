import { LOG_LEVELS, type LogLevel } from '../observe/log-record.ts';
import { UsageError } from './usage-error.ts';

/** `fatal` is for the last words of a process; a log that tells nothing else is of no use. */
export const SETTABLE_LEVELS: readonly LogLevel[] = LOG_LEVELS.filter((level) => level !== 'fatal');

/** Throws `UsageError`. */
export function parseLevel(what: string, text: string): LogLevel {
  const level = SETTABLE_LEVELS.find((each) => each === text.toLowerCase());
  if (level === undefined) {
    throw new UsageError(`${what} cannot be "${text}"; it can be ${SETTABLE_LEVELS.join(', ')}`);
  }
  return level;
}
