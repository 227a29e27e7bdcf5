import type { Address } from '../log-client.ts';
import { createFrames } from '../log-client.ts';
import { ClientConnection } from './client-connection.ts';
import type { Faults } from './faults.ts';

/** A client that sends log frames. */
export interface LogClient {
  readonly name: string;
  /** The messages 0 to `written` - 1 were written before the server had announced the end. */
  readonly written: number;
  /** The last message of each connection that has ended. */
  readonly lasts: readonly number[];
}

export interface StreamOptions {
  readonly name: string;
  readonly address: Address;
  readonly pauseMs: number;
  readonly faults: Faults;
  /** Aborts when the client shall end. */
  readonly stopped: AbortSignal;
}

/** How long a client that got no connection waits. */
const RETRY_MS = 50;

/**
 * Sends numbered messages one after the other, a whole frame a write. When the server ends its side, it stops
 * between two frames, ends its own, waits until the server has closed, and goes on over a new connection.
 *
 * A message reads `<name>.<connection> <number>`.
 */
export class LogStream implements LogClient {
  readonly name: string;
  written = 0;
  readonly lasts: number[] = [];
  connections = 0;
  readonly #options: StreamOptions;

  constructor(options: StreamOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { address, faults, stopped } = this.#options;
    while (!stopped.aborted) {
      const connection = await ClientConnection.open(address, faults, this.name);
      if (connection === undefined) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      else await this.#send(connection);
    }
  }

  async #send(connection: ClientConnection): Promise<void> {
    const { pauseMs, faults, stopped } = this.#options;
    const label = `${this.name}.${this.connections}`;
    this.connections += 1;
    while (!stopped.aborted && connection.isOpen) {
      connection.socket.write(createFrames(label, 1, this.written));
      this.written += 1;
      await connection.rest(pauseMs);
    }
    this.lasts.push(this.written - 1);
    const isOurs = connection.isOpen;
    connection.socket.end();
    const { isAnnounced, error } = await connection.closed;
    if (error === undefined && (isAnnounced || isOurs)) return;
    faults.add(
      isAnnounced || isOurs ? 'cut' : 'reset',
      `${label} at message ${this.written - 1}: ${error?.message ?? 'closed without an end'}`,
    );
  }
}
