/** Too many operations wait for their turn. */
export class BusyError extends Error {
  readonly code = 'ERR_BUSY';
}

/** Each may take as long as a restart of the store; who comes behind so many will not wait for it. */
const WAITING_MAX = 16;

interface Waiting {
  readonly name: string | undefined;
  readonly turn: Promise<unknown>;
}

/** What changes the running server, one after the other. */
export class Operations {
  #last: Promise<unknown> = Promise.resolve();
  /** Those that have not begun, in their order. */
  #waiting: Waiting[] = [];

  /** Runs the operation when those before it have ended. Throws `BusyError`. */
  run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#waiting.length >= WAITING_MAX) {
      return Promise.reject(new BusyError(`${WAITING_MAX} other operations wait already; try again later`));
    }
    return this.#enqueue(undefined, operation);
  }

  /**
   * As `run`, but never refused: where one of the name waits as the last, it serves this caller too. Where too many
   * wait, any one of the name does.
   */
  share<T>(name: string, operation: () => Promise<T>): Promise<T> {
    const isFull = this.#waiting.length >= WAITING_MAX;
    const candidates = isFull ? this.#waiting : this.#waiting.slice(-1);
    const found = candidates.findLast((each) => each.name === name);
    return found === undefined ? this.#enqueue(name, operation) : (found.turn as Promise<T>);
  }

  #enqueue<T>(name: string | undefined, operation: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => {
      this.#waiting.shift();
      return operation();
    });
    this.#waiting.push({ name, turn });
    this.#last = turn.catch(() => {});
    return turn;
  }
}
