/** Too many operations wait for their turn. */
export class BusyError extends Error {
  readonly code = 'ERR_BUSY';
}

/** Each may take as long as a restart of the store; who comes behind so many will not wait for it. */
const WAITING_MAX = 16;

/** What changes the running server, one after the other. */
export class Operations {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  readonly #shared = new Map<string, Promise<unknown>>();

  /** Runs the operation when those before it have ended. Throws `BusyError`. */
  run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#waiting >= WAITING_MAX) {
      return Promise.reject(new BusyError(`${WAITING_MAX} other operations wait already; try again later`));
    }
    this.#waiting += 1;
    const turn = this.#last.then(() => {
      this.#waiting -= 1;
      return operation();
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** As `run`, but one of the name that has not begun yet serves everyone who asks for it. */
  share<T>(name: string, operation: () => Promise<T>): Promise<T> {
    const waiting = this.#shared.get(name) as Promise<T> | undefined;
    if (waiting !== undefined) return waiting;
    const turn = this.run(() => {
      this.#shared.delete(name);
      return operation();
    });
    this.#shared.set(name, turn);
    turn.catch(() => {
      if (this.#shared.get(name) === turn) this.#shared.delete(name);
    });
    return turn;
  }
}
