import { SESSION_LIMITS } from './limits.ts';

/** Frames that came while the store had the one before, the oldest first. */
export class WaitingFrames {
  #texts: string[] = [];
  #taken = 0;
  #length = 0;

  get isEmpty(): boolean {
    return this.#taken === this.#texts.length;
  }

  /** Returns false where there are too many, or where they are too long together. */
  add(text: string): boolean {
    const count = this.#texts.length - this.#taken;
    if (count >= SESSION_LIMITS.waitingFramesMax) return false;
    if (this.#length + text.length > SESSION_LIMITS.waitingTextMax) return false;
    this.#texts.push(text);
    this.#length += text.length;
    return true;
  }

  take(): string | undefined {
    if (this.isEmpty) return undefined;
    const text = this.#texts[this.#taken]!;
    this.#texts[this.#taken] = '';
    this.#taken += 1;
    this.#length -= text.length;
    if (this.isEmpty) this.clear();
    return text;
  }

  clear(): void {
    this.#texts = [];
    this.#taken = 0;
    this.#length = 0;
  }
}
