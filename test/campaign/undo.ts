import type { Cleanup } from '../support/folder.ts';

/** What has to be undone after a part, the last first. */
export class Undo implements Cleanup {
  readonly #steps: (() => void | Promise<void>)[] = [];

  after(undo: () => void | Promise<void>): void {
    this.#steps.unshift(undo);
  }

  async run(): Promise<void> {
    for (const step of this.#steps.splice(0)) await step();
  }
}
