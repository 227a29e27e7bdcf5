const INTERVAL_MS = 60_000;

/**
 * How many warnings all connections together may write in a minute; beyond that the counts tell. A client
 * that comes back with each bad frame would fill the log otherwise.
 */
export class WarningBudget {
  readonly #perMinute: number;
  #left: number;
  #since = Number.NEGATIVE_INFINITY;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
    this.#left = perMinute;
  }

  /** Whether one more may be written now. */
  take(nowMs: number): boolean {
    if (nowMs - this.#since >= INTERVAL_MS) {
      this.#since = nowMs;
      this.#left = this.#perMinute;
    }
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}
