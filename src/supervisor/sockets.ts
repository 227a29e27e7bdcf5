import { BoundSocket } from 'node:net';
import { formatAddress, type Listener } from '../config/listeners.ts';
import type { InheritedSockets } from './inherited-sockets.ts';

/** A listening address that cannot be had. */
export class ListenError extends Error {
  readonly code = 'ERR_LISTEN';
  constructor(listener: Listener, cause: NodeJS.ErrnoException) {
    super(
      `cannot listen on ${formatAddress(listener.address, listener.port)} (listener "${listener.name}"): ${explain(listener, cause)}`,
      { cause },
    );
  }
}

/** A socket that is bound and that nobody here listens on. */
export interface HeldSocket {
  readonly address: string;
  /** The real one, where any was asked for. */
  readonly port: number;
  readonly fd: number;
  close(): void;
}

interface Held {
  /** What was asked for: the same request keeps the same socket. */
  readonly key: string;
  readonly socket: HeldSocket;
}

/**
 * The bound sockets. They are never listened on here: the workers do, through the inherited descriptors, so
 * the sockets and the connections that wait in them outlive each worker.
 *
 * A change has two steps, so that it can be taken back: `open` adds the sockets that a configuration asks for,
 * `retain` closes those that it no longer does.
 */
export class Sockets {
  readonly #inherited: InheritedSockets | undefined;
  #held: Held[] = [];

  constructor(inherited?: InheritedSockets) {
    this.#inherited = inherited;
  }

  /** The listeners with their sockets, of which those that are there already are kept. All or none: throws `ListenError`. */
  open(listeners: readonly Listener[]): BoundListener[] {
    const added: Held[] = [];
    try {
      const bound = listeners.map((listener) => {
        const key = keyOf(listener);
        let held = this.#held.find((each) => each.key === key);
        if (held === undefined) {
          held = { key, socket: this.#bind(listener) };
          added.push(held);
          this.#held.push(held);
        }
        const { address, port, fd } = held.socket;
        return { ...listener, address, port, descriptor: fd };
      });
      return bound;
    } catch (error) {
      this.#close(added);
      throw error;
    }
  }

  /** Closes the sockets that none of these listeners has. What waits in them is the workers' to take before. */
  retain(listeners: readonly BoundListener[]): void {
    const kept = new Set(listeners.map(({ descriptor }) => descriptor));
    this.#close(this.#held.filter(({ socket }) => !kept.has(socket.fd)));
  }

  close(): void {
    this.#close(this.#held);
  }

  #close(unused: readonly Held[]): void {
    for (const { socket } of unused) socket.close();
    this.#held = this.#held.filter((held) => !unused.includes(held));
  }

  #bind(listener: Listener): HeldSocket {
    const inherited = takeOver(listener, this.#inherited);
    if (inherited !== undefined) return inherited;
    try {
      // A wildcard address takes over from one address of the same port (or the other way) while the workers still
      // listen on it. The kernel allows that only where both share the port, so it is looked at first whether
      // somebody else has it.
      if (!this.#held.some(({ socket }) => socket.port === listener.port)) assertFree(listener);
      return bindSocket(listener, canSharePorts);
    } catch (error) {
      throw new ListenError(listener, error as NodeJS.ErrnoException);
    }
  }
}

/** A listener with its real port and the descriptor of its socket. */
export interface BoundListener extends Listener {
  readonly descriptor: number;
}

const canSharePorts = process.platform === 'linux';

function assertFree(listener: Listener): void {
  if (!canSharePorts || listener.port === 0) return;
  bindSocket(listener, false).close();
}

function bindSocket({ address: host, port }: Listener, reusePort: boolean): HeldSocket {
  const ipv6Only = host.includes(':') && host !== '::';
  const socket = new BoundSocket({ host, port, ipv6Only, reusePort });
  return {
    address: host,
    port: socket.address().port,
    fd: socket.fd(),
    close: () => socket.close(),
  };
}

/** A socket of the service manager; it stays where it is bound, whatever the listener asks for. */
function takeOver(listener: Listener, inherited: InheritedSockets | undefined): HeldSocket | undefined {
  const socket = inherited?.take(listener);
  if (socket === undefined) return undefined;
  const { address, port } = socket.bound ?? listener;
  return { address, port, fd: socket.descriptor, close: () => inherited?.giveBack(socket) };
}

/** Any free port is another one for each listener. */
function keyOf({ name, address, port }: Listener): string {
  return port === 0 ? `${name} ${address}` : formatAddress(address, port);
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
