/** Seconds over which a rate is taken. */
const WINDOW_SECS = 10;

/** How fast a total grows, over the last ten seconds. Times in milliseconds. */
export class Rate {
  #samples: { readonly atMs: number; readonly total: number }[] = [];

  sample(total: number, atMs: number): void {
    this.#samples.push({ atMs, total });
    while (this.#samples.length > 2 && atMs - (this.#samples[0]?.atMs ?? atMs) > WINDOW_SECS * 1000) {
      this.#samples.shift();
    }
  }

  get perSecond(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.atMs === first.atMs) return 0;
    return Math.max(0, Math.round(((last.total - first.total) * 1000) / (last.atMs - first.atMs)));
  }
}
