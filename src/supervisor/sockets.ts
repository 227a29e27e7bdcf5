import { BoundSocket } from 'node:net';
import { formatAddress, type Listener } from '../config/listeners.ts';

/** A listening address that cannot be had. */
export class ListenError extends Error {
  readonly code = 'ERR_LISTEN';
  constructor(listener: Listener, cause: NodeJS.ErrnoException) {
    super(
      `cannot listen on ${formatAddress(listener.address, listener.port)} (listener "${listener.name}"): ${explain(listener, cause)}`,
      {
        cause,
      },
    );
  }
}

/**
 * The bound sockets. They are never listened on here: the workers do, through the inherited descriptors, so
 * the sockets and the connections that wait in them outlive each worker.
 */
export class Sockets {
  readonly #bound: { readonly listener: Listener; readonly socket: BoundSocket }[] = [];

  /** Binds all or none. Throws `ListenError`. */
  bind(listeners: readonly Listener[]): void {
    for (const listener of listeners) {
      try {
        const { address: host, port } = listener;
        const socket = new BoundSocket({ host, port, ipv6Only: host.includes(':') && host !== '::' });
        this.#bound.push({ listener: { ...listener, port: socket.address().port }, socket });
      } catch (error) {
        this.close();
        throw new ListenError(listener, error as NodeJS.ErrnoException);
      }
    }
  }

  /** The listeners with their real ports (a configured port of 0 stands for any). */
  get listeners(): readonly Listener[] {
    return this.#bound.map(({ listener }) => listener);
  }

  get descriptors(): readonly number[] {
    return this.#bound.map(({ socket }) => socket.fd());
  }

  close(): void {
    for (const { socket } of this.#bound.splice(0)) socket.close();
  }
}

function explain(listener: Listener, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `the address is already in use; see who has it with "ss -ltnp sport = :${listener.port}", or choose another port`;
    case 'EADDRNOTAVAIL':
      return 'this machine does not have that address';
    case 'EACCES':
      return 'permission denied; ports below 1024 need root or CAP_NET_BIND_SERVICE';
    default:
      return error.message;
  }
}
