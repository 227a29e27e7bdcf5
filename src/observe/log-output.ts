import type { LoggingConfig } from '../config/types.generated.ts';
import { type ConsoleFormat, chooseFormat, resolveConsole } from './console-format.ts';
import { LineTail } from './line-tail.ts';
import { LogFile } from './log-file.ts';
import { decodeLine, encodeLine } from './log-line.ts';
import { createRecord, type LogLevel, type LogRecord } from './log-record.ts';
import { toLoggable } from './loggable.ts';
import { NonBlockingWriter, type OutputStream } from './non-blocking-writer.ts';
import type { Rotation } from './rotating-file.ts';

/** The log would go nowhere. */
export class LogOutputError extends Error {
  readonly code = 'ERR_LOG_NOWHERE';
}

const TARGET = 'millrace.supervisor';
const CONSOLE_FLUSH_MS = 200;
const BYTES_PER_MB = 1024 * 1024;

/** Where the lines go; the descriptors of the process, or of a test. */
export interface OutputStreams {
  /** Undefined where nobody watches, whatever the configuration says. */
  readonly stdout: OutputStream | undefined;
}

/**
 * Where the lines of all processes come together: the console, the log file, and the last of them in memory.
 * Only the supervisor has one.
 */
export class LogOutput {
  readonly #streams: OutputStreams;
  readonly #tail = new LineTail();
  readonly #levelListeners: ((level: LogLevel) => void)[] = [];
  readonly #followers = new Set<(line: string) => void>();
  #config: LoggingConfig;
  #console: NonBlockingWriter | undefined;
  #format: ConsoleFormat | undefined;
  #file: LogFile | undefined;
  #lastError: { readonly timestamp: string; readonly message: string } | null = null;

  constructor(config: LoggingConfig, streams: OutputStreams) {
    this.#config = config;
    this.#streams = streams;
  }

  /** The last line of level ERROR or FATAL, of whichever process. */
  get lastError(): { readonly timestamp: string; readonly message: string } | null {
    return this.#lastError;
  }

  /** Rejects with `LogFileError` where the log file cannot be opened. */
  async start(): Promise<void> {
    await this.#openFile(this.#config);
    this.#openConsole(await chooseFormat(this.#config, this.#streams.stdout));
    process.on('exit', this.#onExit);
    process.on('uncaughtExceptionMonitor', this.#onCrash);
  }

  /** One line of a process: a record as JSON, or whatever else it has printed. */
  write(line: string, target = TARGET): void {
    this.writeRecord(decodeLine(line) ?? createRecord(target, 'WARN', line));
  }

  writeRecord(record: LogRecord): void {
    const line = encodeLine(record);
    this.#tail.push(line);
    if (record.level === 'ERROR' || record.level === 'FATAL') {
      this.#lastError = { timestamp: record.timestamp, message: record.message };
    }
    this.#file?.write(line);
    for (const follower of this.#followers) follower(line);
    if (this.#format !== undefined) this.#console?.write(this.#format(record));
  }

  /** Text for a person who watches; it goes to a pretty console only. */
  showToPerson(text: string): void {
    if (resolveConsole(this.#config, this.#streams.stdout) !== 'pretty') return;
    for (const line of text.split('\n')) this.#console?.write(line);
  }

  /** The last lines as JSON, the newest last; at most 1000 are kept. */
  tail(count: number): string[] {
    return this.#tail.last(count);
  }

  /** Calls it with each line from now on, as JSON, until the returned function is called. It must not log. */
  follow(follower: (line: string) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /** The log files that are written. */
  get files(): string[] {
    return this.#file === undefined ? [] : [this.#file.path];
  }

  /** Calls it whenever the configured level changes. */
  onLevel(listener: (level: LogLevel) => void): void {
    this.#levelListeners.push(listener);
  }

  /** All or nothing: rejects with `LogFileError`, and goes on as before, where a new file cannot be opened. */
  async update(config: LoggingConfig): Promise<void> {
    if (config.file === '' && this.#streams.stdout === undefined) {
      throw new LogOutputError('a server in the background needs a file for its log; set logging.file');
    }
    const format = await chooseFormat(config, this.#streams.stdout);
    const previous = this.#file;
    if (config.file !== this.#config.file) {
      await this.#openFile(config);
      await this.#closeFile(previous);
    } else if (!areEqual(rotationOf(config), rotationOf(this.#config))) {
      await previous?.changeRotation(rotationOf(config));
    }
    this.#openConsole(format);
    const isLevelNew = config.level !== this.#config.level;
    this.#config = config;
    if (isLevelNew) for (const listener of this.#levelListeners) listener(config.level);
  }

  /** Opens the file anew after another program has renamed it; nothing is lost. */
  async reopen(): Promise<void> {
    await this.#file?.reopen();
  }

  /** For the end of the process: what can be written without waiting for long is written when it returns. */
  flushSync(): void {
    this.#file?.flushSync();
    this.#console?.flushSync(CONSOLE_FLUSH_MS);
  }

  async close(): Promise<void> {
    process.off('exit', this.#onExit);
    process.off('uncaughtExceptionMonitor', this.#onCrash);
    const file = this.#file;
    this.#file = undefined;
    await this.#closeFile(file);
    this.#console?.flushSync(CONSOLE_FLUSH_MS);
    this.#console?.close();
  }

  readonly #onExit = (): void => this.flushSync();

  /** The process ends after it in any case; its last words shall be in the file too. */
  readonly #onCrash = (error: Error): void => {
    this.#tell('FATAL', 'the supervisor crashed', toLoggable({ error }));
    this.flushSync();
  };

  async #openFile(config: LoggingConfig): Promise<void> {
    if (config.file === '') {
      this.#file = undefined;
      return;
    }
    const file = new LogFile(config.file, rotationOf(config), {
      onFailed: (error) =>
        this.#tell('ERROR', `${error.message}; lines wait in memory until it works again`, {
          error: { code: error.code },
        }),
      onRecovered: (dropped) => {
        const lost = dropped > 0 ? `; ${dropped} lines found no room in the meantime` : '';
        this.#tell('WARN', `the log file is written again${lost}`, { file: file.path, lost_lines: dropped });
      },
    });
    await file.open();
    this.#file = file;
  }

  async #closeFile(file: LogFile | undefined): Promise<void> {
    const lost = (await file?.close()) ?? 0;
    if (lost === 0) return;
    const message = `${lost} lines could not be written to the log file before it was closed`;
    this.#tell('ERROR', message, { file: file?.path, lost_lines: lost });
  }

  #openConsole(format: ConsoleFormat | undefined): void {
    this.#format = format;
    const { stdout } = this.#streams;
    if (format === undefined || stdout === undefined || this.#console !== undefined) return;
    this.#console = new NonBlockingWriter(stdout, {
      // Nobody waits for the console.
      patienceMs: 0,
      onDropped: (count) =>
        this.#tell('WARN', `${count} log lines were not shown here because the console did not take them`, {
          lost_lines: count,
        }),
      onClosed: (error) =>
        this.#tell('WARN', `the console is closed (${error.code}); nothing goes there anymore`),
    });
  }

  #tell(level: LogRecord['level'], message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.writeRecord(createRecord(TARGET, level, message, fields));
  }
}

function rotationOf({ rotation, max_size_mb, max_files }: LoggingConfig): Rotation | undefined {
  return rotation ? { bytesMax: Math.ceil(max_size_mb * BYTES_PER_MB), filesMax: max_files } : undefined;
}

function areEqual(a: Rotation | undefined, b: Rotation | undefined): boolean {
  return a?.bytesMax === b?.bytesMax && a?.filesMax === b?.filesMax;
}
