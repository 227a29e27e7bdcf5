import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { reviveError, StoreBusyError, StoreClosedError } from '../event-store-error.ts';
import type { Calls, Outcome, ThreadAnswer, ThreadCall } from './thread-calls.ts';

/** More than sessions are allowed: whoever calls awaits the answer. */
const WAITING_MAX = 10_000;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread that has a connection to the database, seen from outside. A mistake in there ends the process, like one
 * anywhere else.
 */
export class StoreThread<C extends Calls> {
  readonly #worker: Worker;
  readonly #ended: Promise<unknown>;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(name: 'write-thread' | 'read-thread', path: string) {
    const file = new URL(`./${name}${extname(import.meta.filename)}`, import.meta.url);
    this.#worker = new Worker(file, { name, workerData: path });
    this.#ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#worker.on('message', (answer: ThreadAnswer) => this.#settle(answer));
    this.#worker.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(closedError());
      this.#waiting.clear();
    });
  }

  call<K extends keyof C & string>(name: K, ...args: Parameters<C[K]>): Promise<ReturnType<C[K]>> {
    if (this.#waiting.size >= WAITING_MAX) {
      return Promise.reject(
        new StoreBusyError(`${WAITING_MAX} calls of the event store wait already; try again later`),
      );
    }
    return new Promise((resolve, reject) => {
      this.#lastId += 1;
      const call: ThreadCall = { id: this.#lastId, name, args };
      this.#waiting.set(call.id, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage(call);
    });
  }

  /** After the calls that were made before. */
  async close(): Promise<void> {
    this.#worker.postMessage({ id: 0, name: 'close', args: [] } satisfies ThreadCall);
    await this.#ended;
  }

  #settle(answer: ThreadAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    settle(answer, waiting);
  }
}

export function settle(outcome: Outcome, { resolve, reject }: Waiting): void {
  if ('value' in outcome) resolve(outcome.value);
  else reject(reviveError(outcome.failure.code, outcome.failure.message, outcome.failure.cause));
}

export function closedError(): StoreClosedError {
  return new StoreClosedError('the event store is closed');
}
