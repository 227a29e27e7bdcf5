import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Address } from '../log-client.ts';
import type { Faults } from './faults.ts';

/** How a connection ended. */
export interface End {
  /** The server has ended its side in order. */
  readonly isAnnounced: boolean;
  readonly error: NodeJS.ErrnoException | undefined;
}

/** A server from which nothing comes for so long, where something should, is taken for gone. */
const SILENCE_MS_MAX = 15_000;

/**
 * One connection of a client that tells an orderly end from a broken one. The client's side stays open after the
 * server has ended its own, so that the client chooses where it stops.
 */
export class ClientConnection {
  readonly socket: Socket;
  /** Resolves when nothing more passes in either direction. */
  readonly closed: Promise<End>;
  #isAnnounced = false;
  #error: NodeJS.ErrnoException | undefined;
  #wake: (() => void) | undefined;

  private constructor({ address: host, port, ca }: Address) {
    const options = { host, port, allowHalfOpen: true, noDelay: true };
    this.socket = ca ? connectTls({ ...options, ca, servername: 'localhost' }) : connect(options);
    this.socket.setTimeout(SILENCE_MS_MAX, () => {
      this.socket.destroy(new Error(`nothing happened within ${SILENCE_MS_MAX / 1000} s`));
    });
    this.socket.on('error', (error) => {
      this.#error ??= error;
    });
    this.socket.once('end', () => {
      this.#isAnnounced = true;
      this.#wake?.();
    });
    this.closed = new Promise((resolve) =>
      this.socket.once('close', () => {
        this.#wake?.();
        resolve({ isAnnounced: this.#isAnnounced, error: this.#error });
      }),
    );
  }

  /** Undefined where there is none; that is counted. */
  static async open(address: Address, faults: Faults, who: string): Promise<ClientConnection | undefined> {
    const connection = new ClientConnection(address);
    const { socket } = connection;
    const opened = new Promise<true>((resolve) =>
      socket.once(address.ca ? 'secureConnect' : 'connect', () => resolve(true)),
    );
    const outcome = await Promise.race([opened, connection.closed]);
    if (outcome === true) {
      socket.resume();
      return connection;
    }
    const code = outcome.error?.code ?? 'closed';
    faults.add(
      code === 'ECONNREFUSED' ? 'refused' : 'reset',
      `${who} while it connected to port ${address.port}: ${outcome.error?.message ?? code}`,
    );
    return undefined;
  }

  /** Whether the server still takes something. */
  get isOpen(): boolean {
    return !this.#isAnnounced && !this.socket.destroyed;
  }

  /** Waits, but no longer than until the server ends the connection. */
  async rest(ms: number): Promise<void> {
    if (!this.isOpen) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
