/**
 * The text fields of a log message, in the order of the Cap'n Proto schema with `level` left out. A field's
 * place in this list is its index wherever fields are kept as byte ranges.
 */
export const TEXT_FIELDS = [
  'timestamp',
  'hostname',
  'loggerName',
  'module',
  'filename',
  'functionName',
  'lineNumber',
  'message',
  'pathName',
  'processId',
  'processName',
  'threadId',
  'threadName',
  'serviceName',
  'stackTrace',
] as const;

export type TextField = (typeof TEXT_FIELDS)[number];

/** Named levels; a level's number is its place. */
export const LEVELS = [
  'notset',
  'debug',
  'stream',
  'info',
  'logon',
  'logout',
  'trade',
  'schedule',
  'report',
  'warning',
  'error',
  'critical',
] as const;

export type LevelName = (typeof LEVELS)[number];

/** One log message as strings. A field that is absent is empty, an absent level is `notset`. */
export type LogRecord = { readonly [Field in TextField]?: string | undefined } & {
  /** By name, or by number where it may be one that has no name. */
  readonly level?: LevelName | number | undefined;
};

/** The number of a level. */
export function levelNumber(level: LevelName | number = 0): number {
  return typeof level === 'number' ? level : LEVELS.indexOf(level);
}

/** The level with this name in any case, or undefined. */
export function parseLevelName(text: string): LevelName | undefined {
  const name = text.toLowerCase();
  return LEVELS.find((level) => level === name);
}
