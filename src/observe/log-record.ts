/** The levels as they are configured, the least important first. `fatal` is for the last words of a process. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** One message of the daemon about itself. Whatever else was told with it stands beside these four. */
export interface LogRecord {
  /** UTC, with milliseconds. */
  readonly timestamp: string;
  readonly level: Uppercase<LogLevel>;
  /** Whose message it is: "millrace.supervisor", "millrace.worker", "millrace.store". */
  readonly target: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** What every record has; no other field may bear these names. */
export const RECORD_KEYS: readonly string[] = ['timestamp', 'level', 'target', 'message'];

export function createRecord(
  target: string,
  level: Uppercase<LogLevel>,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): LogRecord {
  return { timestamp: new Date().toISOString(), level, target, message, ...fields };
}
