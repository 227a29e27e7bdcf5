/** What a batch never falls below, so that a burst after a quiet time does not start from nothing. */
const BATCH_SIZE_MIN = 10;

/**
 * How many log messages make a batch: grows while batches fill up before the store has taken the last one,
 * shrinks when they leave mostly empty.
 */
export class BatchSize {
  readonly #max: number;
  #size: number;

  constructor(initial: number, max: number) {
    this.#max = max;
    this.#size = Math.min(initial, max);
  }

  get current(): number {
    return this.#size;
  }

  /** Takes note of a batch that was sent with this many messages. */
  observe(count: number): void {
    if (count >= this.#size) this.#size = Math.min(this.#size * 2, this.#max);
    else if (count < this.#size / 4)
      this.#size = Math.max(this.#size >>> 1, Math.min(BATCH_SIZE_MIN, this.#max));
  }
}
