import type { Counters } from '../protocols/protocol.ts';

/** More different names than the code has; a mistake that makes names from input does not grow memory. */
const NAMES_MAX = 1000;

/** Counts by name since the worker's start. */
export class CountersByName implements Counters {
  readonly #counts = new Map<string, number>();

  add(name: string, by = 1): void {
    if (this.#counts.size >= NAMES_MAX && !this.#counts.has(name)) return;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  toObject(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
