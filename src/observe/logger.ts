import { pino } from 'pino';
import { encodeLine } from './log-line.ts';
import type { LogOutput } from './log-output.ts';
import { createRecord, type LogLevel, type LogRecord, RECORD_KEYS } from './log-record.ts';
import { toLoggable } from './loggable.ts';
import { NonBlockingWriter } from './non-blocking-writer.ts';

export type { LogLevel } from './log-record.ts';

/** Tells a message, with or without fields. An error goes into the field `error`. */
export interface LogMethod {
  (message: string): void;
  (fields: object, message?: string): void;
}

/** The logger that every part is handed; pino's, narrowed to what we use. */
export interface Logger {
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  /** Less important messages are not written. */
  level: LogLevel;
  /** A logger that adds the fields to each of its messages. */
  child(fields: object): Logger;
}

/** Names under which pino writes its own values, so that no field of a message can stand in for them. */
const TIMESTAMP = 'millrace:timestamp';
const LEVEL = 'millrace:level';
const MESSAGE = 'millrace:message';

/** A supervisor that does not read for so long is stuck, and the others do not wait for it. */
const PATIENCE_MS = 100;
/** Time that a supervisor which is merely busy gets to read the last lines of a process that ends. */
const EXIT_FLUSH_MS = 500;

/**
 * The logger of a worker or store: lines of JSON on its standard output, which the supervisor reads. Each is
 * handed to the kernel before the call returns.
 */
export function createChildLogger(target: string, level: LogLevel): Logger {
  const writer: NonBlockingWriter = new NonBlockingWriter(process.stdout, {
    patienceMs: PATIENCE_MS,
    onDropped: (count) => {
      const message = `${count} log lines were lost because the supervisor did not read them`;
      writer.write(encodeLine(createRecord(target, 'WARN', message, { lost_lines: count })));
    },
    // Without a reader there is nobody to tell; the closed channel ends the process.
    onClosed: () => {},
  });
  process.on('exit', () => writer.flushSync(EXIT_FLUSH_MS));
  return createLogger(target, level, {
    take: (record) => writer.write(encodeLine(record)),
    flush: () => writer.flushSync(EXIT_FLUSH_MS),
  });
}

/** The logger of the supervisor itself. Its level follows the output's configuration. */
export function createSupervisorLogger(output: LogOutput, level: LogLevel): Logger {
  const logger = createLogger('millrace.supervisor', level, {
    take: (record) => output.writeRecord(record),
    flush: () => output.flushSync(),
  });
  output.onLevel((changed) => {
    logger.level = changed;
  });
  return logger;
}

interface Destination {
  take(record: LogRecord): void;
  /** Before a message of level `fatal` returns. */
  flush(): void;
}

function createLogger(target: string, level: LogLevel, destination: Destination): Logger {
  const root = pino(
    {
      base: null,
      level,
      messageKey: MESSAGE,
      errorKey: 'error',
      timestamp: () => `,"${TIMESTAMP}":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ [LEVEL]: label.toUpperCase() }), log: toLoggable },
      // `toLoggable` has already described every error.
      serializers: { err: (error) => error },
    },
    {
      write: (line: string) => destination.take(toRecord(target, JSON.parse(line))),
      flushSync: () => destination.flush(),
    } as pino.DestinationStream,
  );
  const createChild = root.child;
  root.child = function (this: typeof root, fields: object) {
    return createChild.call(this, toLoggable(fields));
  } as typeof root.child;
  return root as unknown as Logger;
}

/** Brings pino's values and the fields in the order of a record. A field with one of its names gets another. */
function toRecord(target: string, line: Record<string, unknown>): LogRecord {
  const { [TIMESTAMP]: timestamp, [LEVEL]: level, [MESSAGE]: message, ...fields } = line;
  const given = message === undefined && typeof fields.message === 'string' ? fields.message : undefined;
  if (given !== undefined) delete fields.message;
  const renamed = Object.entries(fields).map(([key, value]) => [
    RECORD_KEYS.includes(key) ? `field_${key}` : key,
    value,
  ]);
  return {
    ...Object.fromEntries(renamed),
    timestamp: timestamp as string,
    level: level as LogRecord['level'],
    target,
    message: String(message ?? given ?? ''),
  };
}
