import { type ChildProcess as NodeChild, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { LINE_BYTES_MAX } from '../observe/log-line.ts';
import type { LogOutput } from '../observe/log-output.ts';
import type { Answer, Order } from '../process/messages.ts';

/** How a process is started. */
export interface ProcessSpec {
  readonly role: 'worker' | 'store';
  /** Flags of Node for it. */
  readonly nodeFlags: readonly string[];
  /** Descriptors that it inherits, as 4, 5, … */
  readonly descriptors: readonly number[];
}

/** The first descriptor that a child inherits; 0–2 are the standard streams, 3 is the channel. */
export const FIRST_INHERITED_DESCRIPTOR = 4;

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly uptimeMs: number;
  /** What it said last on its standard error. */
  readonly lastWords: readonly string[];
}

/** Why a child could not begin to serve. */
export class StartError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const LAST_WORDS_MAX = 20;
const REPORT_TIMEOUT_MS = 2000;

/** One process of the tree, from its spawn to its end. Its log lines go to the output. */
export class ChildProcess<Run, Report> {
  readonly role: string;
  readonly startedAt = Date.now();
  readonly exited: Promise<Exit>;
  /** Resolves when it serves; rejects with `StartError` where it cannot. */
  readonly ready: Promise<void>;
  #child: NodeChild;
  #lastWords: string[] = [];
  #reports: ((report: Report | undefined) => void)[] = [];

  constructor(spec: ProcessSpec, output: LogOutput) {
    this.role = spec.role;
    const entry = process.argv[1] as string;
    this.#child = spawn(process.execPath, [...spec.nodeFlags, entry, `role:${spec.role}`], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', ...spec.descriptors],
      serialization: 'advanced',
    });
    const target = `millrace.${spec.role}`;
    const logEnded = forEachLine(this.#child.stdout as Readable, (line) => output.write(line, target));
    const errorsEnded = forEachLine(this.#child.stderr as Readable, (line) => {
      this.#lastWords = [...this.#lastWords, line].slice(-LAST_WORDS_MAX);
      output.write(line, target);
    });
    const ready = Promise.withResolvers<void>();
    const exited = Promise.withResolvers<Exit>();
    this.ready = ready.promise;
    this.exited = exited.promise;
    // Whoever waits for it sees the rejection; nobody may be waiting when the process dies later.
    this.ready.catch(() => {});
    this.#child.on('message', (answer: Answer<Report>) => {
      if (answer.type === 'ready') ready.resolve();
      else if (answer.type === 'failed')
        ready.reject(new StartError(answer.error.code, answer.error.message));
      else this.#reports.shift()?.(answer.report);
    });
    this.#child.on('error', (error: NodeJS.ErrnoException) => {
      ready.reject(
        new StartError(error.code ?? 'ERR_SPAWN', `cannot start the ${spec.role}: ${error.message}`),
      );
      if (this.#child.pid === undefined) finish(null, null);
    });
    this.#child.on(
      'exit',
      (code, signal) => void Promise.all([logEnded, errorsEnded]).then(() => finish(code, signal)),
    );

    const finish = (code: number | null, signal: NodeJS.Signals | null) => {
      const uptimeMs = Date.now() - this.startedAt;
      const lastWords = this.#lastWords;
      exited.resolve({ code, signal, uptimeMs, lastWords });
      ready.reject(
        new StartError(
          'ERR_CHILD_EXIT',
          `the ${spec.role} ended before it was ready (${describeExit(code, signal)})`,
        ),
      );
      for (const resolve of this.#reports) resolve(undefined);
    };
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(order: Order<Run>): void {
    // A channel that is already closed shows as the end of the process.
    if (this.#child.connected) this.#child.send(order as object, () => {});
  }

  /** What the process says of itself, or undefined where it does not answer in time. */
  async report(): Promise<Report | undefined> {
    if (!this.#child.connected) return undefined;
    const { promise, resolve } = Promise.withResolvers<Report | undefined>();
    this.#reports.push(resolve);
    this.send({ type: 'report' });
    const timer = setTimeout(resolve, REPORT_TIMEOUT_MS, undefined);
    const report = await promise;
    clearTimeout(timer);
    return report;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

export function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `killed by ${signal}`;
  return code === null ? 'not started' : `exit code ${code}`;
}

/** Resolves when the stream has ended. A line longer than a log line may be is cut into several. */
async function forEachLine(stream: Readable, take: (line: string) => void): Promise<void> {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() as string;
    for (const line of lines) take(line);
    if (rest.length > 2 * LINE_BYTES_MAX) {
      take(rest);
      rest = '';
    }
  });
  await new Promise((resolve) => stream.once('close', resolve));
  if (rest !== '') take(rest);
}
