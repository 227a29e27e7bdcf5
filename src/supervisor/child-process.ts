import { type ChildProcess as NodeChild, spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { LINE_BYTES_MAX } from '../observe/log-line.ts';
import type { LogOutput } from '../observe/log-output.ts';
import { encodeIdentity, type Identity } from '../process/identity.ts';
import type { Answer, Order } from '../process/messages.ts';

/** How a process is started. */
export interface ProcessSpec {
  readonly role: 'worker' | 'store';
  /** Flags of Node for it. */
  readonly nodeFlags: readonly string[];
  /** Descriptors that it inherits, as 4, 5, … */
  readonly descriptors: readonly number[];
  /** As whom it runs, where not as the supervisor. */
  readonly identity?: Identity | undefined;
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

/** A child that does not take new values, and goes on with the old ones. */
export class UpdateError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A question that a child has refused or could not answer. */
export class CallError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Answered = { readonly result: unknown } | { readonly error: { code: string; message: string } };
const NO_ANSWER: Answered = {
  error: { code: 'ERR_STORE_AWAY', message: 'the store does not answer; try again' },
};
const CALL_TIMEOUT_MS = 10_000;

const LAST_WORDS_MAX = 20;
const REPORT_TIMEOUT_MS = 2000;
const UPDATE_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 1000;
/** A child answers each heartbeat at once, whatever it does; one that is silent for so long hangs. */
const SILENCE_MS_MAX = 10_000;
/** The program has to be loaded before the first answer. */
const FIRST_ANSWER_MS_MAX = 30_000;

/** One process of the tree, from its spawn to its end. Its log lines go to the output. */
export class ChildProcess<Run extends { readonly type: 'run' }, Report> {
  readonly role: string;
  readonly startedAt = Date.now();
  readonly exited: Promise<Exit>;
  /** Resolves when it serves; rejects with `StartError` where it cannot. */
  readonly ready: Promise<void>;
  /** Undefined where there was not even enough for a spawn. */
  readonly #child: NodeChild | undefined;
  #lastWords: string[] = [];
  #report: PromiseWithResolvers<Report | undefined> | undefined;
  #update: PromiseWithResolvers<void> | undefined;
  #heardAt: number | undefined;
  readonly #calls = new Map<number, (answer: Answered) => void>();
  #lastCall = 0;

  /** `onHung` is called before a child that hangs is killed. */
  constructor(spec: ProcessSpec, output: LogOutput, onHung: () => void) {
    this.role = spec.role;
    const target = `millrace.${spec.role}`;
    const ready = Promise.withResolvers<void>();
    const exited = Promise.withResolvers<Exit>();
    this.ready = ready.promise;
    this.exited = exited.promise;
    // Whoever waits for it sees the rejection; nobody may be waiting when the process dies later.
    this.ready.catch(() => {});
    const finish = (code: number | null, signal: NodeJS.Signals | null) => {
      exited.resolve({ code, signal, uptimeMs: Date.now() - this.startedAt, lastWords: this.#lastWords });
      const how = describeExit(code, signal);
      const words = describeLastWords(this.#lastWords);
      ready.reject(
        new StartError('ERR_CHILD_EXIT', `the ${spec.role} ended before it was ready (${how})${words}`),
      );
      this.#report?.resolve(undefined);
      // Whoever starts in its place has the new values.
      this.#update?.resolve();
    };
    const refuse = (error: NodeJS.ErrnoException) => {
      const message = `cannot start the ${spec.role}: ${error.message}`;
      ready.reject(new StartError(error.code ?? 'ERR_SPAWN', message));
      this.#lastWords = [message];
      finish(null, null);
    };

    const child = spawnRole(spec, refuse);
    // Short of descriptors, Node gives back a process without streams.
    if (child?.stdout == null || child.stderr == null) {
      child?.on('error', refuse);
      return;
    }
    this.#child = child;
    const logEnded = forEachLine(child.stdout, (line) => output.write(line, target));
    const errorsEnded = forEachLine(child.stderr, (line) => {
      this.#lastWords = [...this.#lastWords, line].slice(-LAST_WORDS_MAX);
      output.write(line, target);
    });
    child.on('message', (answer: Answer<Report>) => {
      this.#heardAt = performance.now();
      switch (answer.type) {
        case 'ready':
          ready.resolve();
          break;
        case 'failed':
          ready.reject(new StartError(answer.error.code, answer.error.message));
          break;
        case 'updated':
          this.#update?.resolve();
          break;
        case 'refused':
          this.#update?.reject(new UpdateError(answer.error.code, answer.error.message));
          break;
        case 'answered':
          this.#calls.get(answer.id)?.(answer);
          this.#calls.delete(answer.id);
          break;
        case 'report':
          this.#report?.resolve(answer.report);
      }
    });
    const heartbeat = this.#watchHeartbeat(onHung);
    void this.exited.then(() => clearInterval(heartbeat));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) refuse(error);
    });
    child.on('exit', (code, signal) => {
      void Promise.all([logEnded, errorsEnded]).then(() => finish(code, signal));
    });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  send(order: Order<Run>): void {
    // A channel that is already closed shows as the end of the process.
    if (this.#child?.connected) this.#child.send(order, () => {});
  }

  /** What the process says of itself, or undefined where it does not answer in time. Who asks meanwhile shares it. */
  report(): Promise<Report | undefined> {
    if (!this.#child?.connected) return Promise.resolve(undefined);
    if (this.#report === undefined) {
      const report = Promise.withResolvers<Report | undefined>();
      const timer = setTimeout(() => report.resolve(undefined), REPORT_TIMEOUT_MS);
      this.#report = report;
      this.send({ type: 'report' });
      void report.promise.then(() => {
        clearTimeout(timer);
        this.#report = undefined;
      });
    }
    return this.#report.promise;
  }

  /** Resolves when the child goes on with these values, or has ended. Throws `UpdateError`. */
  async update(to: Run): Promise<void> {
    if (!this.#child?.connected) return;
    const update = Promise.withResolvers<void>();
    this.#update = update;
    const timer = setTimeout(
      () => update.reject(new UpdateError('ERR_TIMEOUT', `the ${this.role} did not answer in time`)),
      UPDATE_TIMEOUT_MS,
    );
    this.send({ type: 'update', to });
    await update.promise.finally(() => clearTimeout(timer));
  }

  /** What the process says to an operator's question. Throws `CallError`. */
  call(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#lastCall;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(NO_ANSWER), CALL_TIMEOUT_MS);
      const settle = (answer: Answered) => {
        clearTimeout(timer);
        this.#calls.delete(id);
        if ('error' in answer) reject(new CallError(answer.error.code, answer.error.message));
        else resolve(answer.result);
      };
      this.#calls.set(id, settle);
      void this.exited.then(() => settle(NO_ANSWER));
      this.send({ type: 'call', id, method, params });
    });
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  #watchHeartbeat(onHung: () => void): NodeJS.Timeout {
    let tickedAt = performance.now();
    const startedAt = tickedAt;
    const timer = setInterval(() => {
      const now = performance.now();
      // The silence may have been our own, as after a SIGSTOP of the whole tree or a suspended machine.
      const wasAway = now - tickedAt > SILENCE_MS_MAX / 2;
      tickedAt = now;
      if (wasAway && this.#heardAt !== undefined) this.#heardAt = now;
      const silentMs = now - (this.#heardAt ?? startedAt);
      if (silentMs > (this.#heardAt === undefined ? FIRST_ANSWER_MS_MAX : SILENCE_MS_MAX)) {
        clearInterval(timer);
        onHung();
        this.kill();
        return;
      }
      void this.report();
    }, HEARTBEAT_MS);
    return timer;
  }
}

/** This program again, in another role. Calls `refuse` where there is not enough for a process. */
function spawnRole(
  { role, nodeFlags, descriptors, identity }: ProcessSpec,
  refuse: (error: NodeJS.ErrnoException) => void,
): NodeChild | undefined {
  // npm installs the program as a link, which its children's rights to read do not cover.
  const entry = realpathSync(process.argv[1] as string);
  try {
    const as = identity === undefined ? [] : [encodeIdentity(identity)];
    return spawn(process.execPath, [...nodeFlags, entry, `role:${role}`, ...as], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', ...descriptors],
      serialization: 'advanced',
    });
  } catch (error) {
    refuse(error as NodeJS.ErrnoException);
    return undefined;
  }
}

export function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `killed by ${signal}`;
  return code === null ? 'not started' : `exit code ${code}`;
}

/** The error that Node has printed, else the last line. */
function describeLastWords(lines: readonly string[]): string {
  const line = lines.findLast((each) => /^\w*Error\b/.test(each)) ?? lines.at(-1);
  return line === undefined ? '' : `: ${line}`;
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
