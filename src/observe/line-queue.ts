/** Lines that wait for the disk: some ten thousand, and little beside what Node itself takes. */
const QUEUE_BYTES_MAX = 8 * 1024 * 1024;

/** Lines between those who tell and the file. When it is full, new lines are dropped and counted. */
export class LineQueue {
  #lines: Buffer[] = [];
  #bytes = 0;
  #dropped = 0;

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  get length(): number {
    return this.#lines.length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  push(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    if (this.#bytes + bytes.length > QUEUE_BYTES_MAX) {
      this.#dropped += 1;
      return;
    }
    this.#lines.push(bytes);
    this.#bytes += bytes.length;
  }

  /** At least one line, if there is one; no more than `bytesMax`, and none after `bytesEnough` are reached. */
  take(bytesMax: number, bytesEnough: number): Buffer[] {
    let count = 0;
    let bytes = 0;
    for (const line of this.#lines) {
      if (count > 0 && (bytes + line.length > bytesMax || bytes >= bytesEnough)) break;
      bytes += line.length;
      count += 1;
    }
    this.#bytes -= bytes;
    return this.#lines.splice(0, count);
  }

  takeAll(): Buffer[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#bytes = 0;
    return lines;
  }

  /** What could not be written, before everything else; it had its room already. */
  putBack(lines: readonly Buffer[]): void {
    this.#lines = [...lines, ...this.#lines];
    for (const line of lines) this.#bytes += line.length;
  }

  /** The number of dropped lines, which count from now on as told. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }
}
