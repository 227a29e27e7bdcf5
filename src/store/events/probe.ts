import { HUB_LIMITS } from './hub-limits.ts';

/**
 * The question whether a session is alive, asked once for all who want to know. No answer counts as alive: two
 * sessions of a forwarder at once are worse than one that has to come again.
 */
export class Probe {
  readonly #ask: () => void;
  readonly #timeoutMs: number;
  #open: { readonly answer: Promise<boolean>; readonly settle: (isAlive: boolean) => void } | undefined;

  constructor(ask: () => void, timeoutMs: number = HUB_LIMITS.probeTimeoutMs) {
    this.#ask = ask;
    this.#timeoutMs = timeoutMs;
  }

  run(): Promise<boolean> {
    if (this.#open !== undefined) return this.#open.answer;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => this.settle(true), this.#timeoutMs);
    this.#open = {
      answer: promise,
      settle: (isAlive) => {
        clearTimeout(timer);
        resolve(isAlive);
      },
    };
    // Last, because the answer may come from within.
    this.#ask();
    return promise;
  }

  settle(isAlive: boolean): void {
    const open = this.#open;
    this.#open = undefined;
    open?.settle(isAlive);
  }
}
