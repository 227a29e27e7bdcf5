import { setTimeout as delay } from 'node:timers/promises';

/** The longest time between two portions; small enough to look like an even rate. */
const STEP_MS = 5;

/** Consecutive numbers. */
export interface Portion {
  readonly first: number;
  readonly count: number;
}

/** The numbers still to be sent, shared by all connections, and handed out no faster than the rate. */
export class Work {
  readonly #count: number;
  readonly #rate: number | undefined;
  readonly #startedAt = performance.now();
  #next = 1;
  #returned: Portion[] = [];

  /** Numbers from 1 to `count`, at most `rate` of them in a second. */
  constructor(count: number, rate: number | undefined) {
    this.#count = count;
    this.#rate = rate;
  }

  /** Waits until something is due; undefined when everything was handed out. */
  async take(countMax: number): Promise<Portion | undefined> {
    for (;;) {
      const returned = this.#returned.pop();
      if (returned !== undefined) return returned;
      const left = this.#count - this.#next + 1;
      if (left === 0) return undefined;
      const due = Math.min(left, countMax, this.#dueCount());
      if (due > 0) {
        const first = this.#next;
        this.#next += due;
        return { first, count: due };
      }
      await delay(STEP_MS);
    }
  }

  /** For numbers that were taken and not sent. */
  putBack(portion: Portion): void {
    this.#returned.push(portion);
  }

  /** Hands out nothing more. */
  cancel(): void {
    this.#next = this.#count + 1;
    this.#returned = [];
  }

  #dueCount(): number {
    if (this.#rate === undefined) return Number.POSITIVE_INFINITY;
    const elapsedSecs = (performance.now() - this.#startedAt) / 1000;
    return Math.floor(elapsedSecs * this.#rate) + 1 - (this.#next - 1);
  }
}
