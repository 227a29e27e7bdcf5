import type { Fault, Faults } from '../support/clients/faults.ts';

interface Row {
  readonly what: string;
  readonly value: string;
  /** Undefined for a figure that nothing is promised about. */
  readonly isKept: boolean | undefined;
}

const DETAILS_MAX = 20;

/** What a part of a campaign has found: figures, and whether promises were kept. */
export class Report {
  readonly #part: string;
  readonly #rows: Row[] = [];
  readonly #details: string[] = [];

  constructor(part: string) {
    this.#part = part;
  }

  figure(what: string, value: string | number): void {
    this.#rows.push({ what, value: String(value), isKept: undefined });
  }

  promise(what: string, isKept: boolean, value: string | number = ''): void {
    this.#rows.push({ what, value: String(value), isKept });
  }

  /** Promises that none of these faults was seen. */
  none(faults: Faults, kinds: readonly Fault[], who = 'connections'): void {
    for (const kind of kinds) {
      this.promise(`${who} ${kind}`, faults.counts[kind] === 0, faults.counts[kind]);
    }
    for (const example of faults.examples) this.detail(example);
  }

  /** What helps to understand a broken promise. */
  detail(text: string): void {
    if (this.#details.length < DETAILS_MAX) this.#details.push(text);
  }

  get isKept(): boolean {
    return this.#rows.every(({ isKept }) => isKept !== false);
  }

  print(): void {
    console.log(`\n# ${this.#part}`);
    const width = Math.max(...this.#rows.map(({ what }) => what.length));
    for (const { what, value, isKept } of this.#rows) {
      const verdict = isKept === undefined ? '' : isKept ? 'kept' : 'BROKEN';
      console.log(`${what.padEnd(width)}  ${value.padStart(24)}  ${verdict}`);
    }
    if (!this.isKept) for (const detail of this.#details) console.log(`  ${detail}`);
  }
}

/** `median 12 ms, worst 40 ms` of times in milliseconds. */
export function describeTimes(timesMs: readonly number[]): string {
  if (timesMs.length === 0) return 'none';
  return `median ${quantile(timesMs, 0.5)} ms, worst ${quantile(timesMs, 1)} ms`;
}

/** The value that this share of all values does not exceed, in whole milliseconds. */
export function quantile(timesMs: readonly number[], share: number): number {
  const sorted = timesMs.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
}
