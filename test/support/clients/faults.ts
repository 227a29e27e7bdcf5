/** What a client has seen of a server that it should never see. */
export type Fault =
  /** A connection attempt was refused. */
  | 'refused'
  /** A connection broke, and the server had not announced the end. */
  | 'reset'
  /** A request that was sent on an open connection got no answer. */
  | 'unanswered'
  /** The server announced the end and then did not read what was on its way. */
  | 'cut'
  /** An answer was not the one that was asked for. */
  | 'wrong';

const EXAMPLES_MAX = 5;

/** Counts what clients see, with the first examples of each. */
export class Faults {
  readonly counts: Record<Fault, number> = { refused: 0, reset: 0, unanswered: 0, cut: 0, wrong: 0 };
  readonly examples: string[] = [];

  add(fault: Fault, what: string): void {
    this.counts[fault] += 1;
    if (this.counts[fault] <= EXAMPLES_MAX) {
      this.examples.push(`${new Date().toISOString()} ${fault}: ${what}`);
    }
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }
}
