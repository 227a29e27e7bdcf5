import type { PageLimits } from '../event-store.ts';
import { type EventRow, weighRow } from './event-row.ts';

export interface LiveRow {
  readonly epoch: number;
  readonly isLate: boolean;
  readonly row: EventRow;
}

/**
 * Rows of several sources, each ascending by position, put into one order. It takes no more of a source than a page
 * has room for; behind the first position where it left something out (`#cut`) the order is not known, so nothing
 * is taken from there.
 */
export class LiveRows {
  readonly #limits: PageLimits;
  #rows: LiveRow[] = [];
  #bytes = 0;
  #cut = Number.POSITIVE_INFINITY;

  constructor(limits: PageLimits) {
    this.#limits = limits;
  }

  /** A page is full without any source that lies behind those that were added. */
  get isCut(): boolean {
    return this.#cut !== Number.POSITIVE_INFINITY;
  }

  add(rows: Iterable<EventRow>, epoch: number, isLate: boolean): void {
    let [count, bytes] = [0, 0];
    for (const row of rows) {
      const position = row[1];
      if (position > this.#cut) break;
      this.#rows.push({ epoch, isLate, row });
      count += 1;
      bytes += weighRow(row);
      if (count < this.#limits.eventsMax && bytes < this.#limits.bytesMax) continue;
      this.#cut = position;
      break;
    }
    this.#bytes += bytes;
    const { eventsMax, bytesMax } = this.#limits;
    if (this.#rows.length > 2 * eventsMax || this.#bytes > 2 * bytesMax) this.#trim();
  }

  /** By position. */
  list(): readonly LiveRow[] {
    return this.#rows.filter(({ row }) => row[1] <= this.#cut).sort((a, b) => a.row[1] - b.row[1]);
  }

  /** Many sources with little each shall not become much. */
  #trim(): void {
    const sorted = this.list();
    let [count, bytes] = [0, 0];
    for (const { row } of sorted) {
      count += 1;
      bytes += weighRow(row);
      if (count >= this.#limits.eventsMax || bytes >= this.#limits.bytesMax) break;
    }
    this.#rows = sorted.slice(0, count);
    this.#bytes = bytes;
    if (count < sorted.length) this.#cut = (sorted[count - 1] as LiveRow).row[1];
  }
}
