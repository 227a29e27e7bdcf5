const LINES_MAX = 1000;
const CHARACTERS_MAX = 4 * 1024 * 1024;

/** The last lines, for those who ask what the server has said. */
export class LineTail {
  #lines: string[] = [];
  #characters = 0;

  push(line: string): void {
    this.#lines.push(line);
    this.#characters += line.length;
    while (this.#lines.length > LINES_MAX || this.#characters > CHARACTERS_MAX) {
      this.#characters -= this.#lines.shift()!.length;
    }
  }

  last(count: number): string[] {
    return count > 0 ? this.#lines.slice(-count) : [];
  }
}
