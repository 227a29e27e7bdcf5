import type { Socket } from 'node:net';
import { encodeMessage } from './control-request.ts';

/** What waits for a client that does not read; beyond it nothing is added. */
export const UNSENT_BYTES_MAX = 1024 * 1024;
/** Between a call and its answer there is time for a few. */
const HELD_MAX = 1000;

/** Notifications to one client: the first follows the answer to its call, the last comes before the client goes. */
export class ControlStream {
  readonly #socket: Socket;
  readonly #method: string;
  #held: object[] | undefined = [];
  /** Aborted when the client has gone. */
  readonly closed: AbortSignal;

  constructor(socket: Socket, method: string, closed: AbortSignal) {
    this.#socket = socket;
    this.#method = method;
    this.closed = closed;
  }

  /** False, and nothing is sent, while too much waits for the client. */
  send(params: object): boolean {
    if (this.#held !== undefined) {
      if (this.#held.length >= HELD_MAX) return false;
      this.#held.push(params);
      return true;
    }
    if (!this.#socket.writable || this.#socket.writableLength >= UNSENT_BYTES_MAX) return false;
    this.#socket.write(encodeMessage({ method: this.#method, params }));
    return true;
  }

  /** Calls it once, when the client has taken all that waits now. */
  onceTaken(listener: () => void): void {
    if (this.#socket.writableLength === 0) queueMicrotask(listener);
    else this.#socket.once('drain', listener);
  }

  /** The answer is sent. */
  begin(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const params of held) this.send(params);
  }
}
