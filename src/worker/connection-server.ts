import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { SecureContext } from 'node:tls';
import { formatAddress, type Listener } from '../config/listeners.ts';
import type { Component } from '../process/component.ts';
import { whenAborted } from '../process/when-aborted.ts';
import type { Closing, Protocol, Services } from '../protocols/protocol.ts';
import { detectProtocol } from './detection.ts';

/** While no worker accepts, connections wait in the kernel; it takes the lower of this and its own limit. */
const BACKLOG = 4096;
/** Time for the first bytes of a connection that was accepted just before a drain. */
const DRAIN_GRACE_MS = 250;
/** Other workers serve already: nobody waits for a client that is slow to hear of the end. */
const CLOSING_IN_HANDOVER: Closing = { isHandover: true, patienceMs: 10_000, timeoutMs: 10_000 };
const CLOSING_IN_STOP: Closing = { isHandover: false, patienceMs: 1000, timeoutMs: 5000 };
/** Of the time over which connections are closed, what passes before the first. */
const HEAD_START_SHARE = 0.25;

export interface ConnectionServerOptions {
  readonly listeners: readonly (Listener & { readonly fd: number })[];
  readonly protocols: readonly Protocol[];
  readonly services: Services;
  readonly alpn: readonly string[];
  readonly limits: ConnectionLimits;
}

/** What may change while connections are open; it holds for new ones. */
export interface ConnectionLimits {
  readonly tlsContext: SecureContext | undefined;
  readonly connectionsMax: number;
  readonly timeoutMs: number;
}

/** Accepts connections, finds out what they speak, and hands them to that protocol. */
export class ConnectionServer implements Component {
  readonly #options: ConnectionServerOptions;
  readonly #servers: Server[] = [];
  /** Each with what tells it that its turn to close has come. */
  readonly #sockets = new Map<Socket, AbortController>();
  readonly #draining = new AbortController();
  /** Aborts soon after the drain began: for connections that have not said yet what they speak. */
  readonly #late = new AbortController();
  #lastId = 0;
  readonly #empty = Promise.withResolvers<void>();
  #limits: ConnectionLimits;

  constructor(options: ConnectionServerOptions) {
    this.#options = options;
    this.#limits = options.limits;
  }

  update(limits: ConnectionLimits): void {
    this.#limits = limits;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  get connectionsTotal(): number {
    return this.#lastId;
  }

  async start(): Promise<void> {
    for (const listener of this.#options.listeners) {
      const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
        void this.#serve(socket, listener);
      });
      this.#servers.push(server);
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ fd: listener.fd, backlog: BACKLOG }, () => {
          server.off('error', reject);
          resolve();
        });
      });
      // Out of descriptors or memory: the connection waits in the backlog, or its client tries again.
      server.on('error', (error) => this.#options.services.logger.error({ error }, 'cannot accept'));
    }
  }

  /**
   * Closes the connections one after the other over `spreadMs`. May be called again, with an earlier deadline
   * and another spread.
   */
  async drain(deadline: AbortSignal, spreadMs = 0): Promise<void> {
    // What waits in the backlog is connected, as its client sees it. A turn of the event loop may take only one.
    for (let seen = -1, turns = 0; seen !== this.#lastId && turns < BACKLOG; turns += 1) {
      seen = this.#lastId;
      await nextTurn();
      await nextTurn();
    }
    for (const server of this.#servers) server.close();
    this.#draining.abort();
    const grace = setTimeout(() => this.#late.abort(), Math.max(DRAIN_GRACE_MS, spreadMs));
    if (this.#sockets.size > 0) {
      const expired = whenAborted(deadline);
      void this.#closeInTurn(deadline, spreadMs);
      await Promise.race([this.#empty.promise, expired]);
    }
    clearTimeout(grace);
    if (this.#sockets.size > 0) {
      this.#options.services.logger.warn(
        { connections: this.#sockets.size },
        'cut off connections that did not end within the time for the drain',
      );
    }
  }

  /** Those that speak HTTP and are busy have gone by themselves before the first turn. */
  async #closeInTurn(deadline: AbortSignal, spreadMs: number): Promise<void> {
    const controllers = [...this.#sockets.values()];
    const closing = spreadMs > 0 ? CLOSING_IN_HANDOVER : CLOSING_IN_STOP;
    const headStartMs = spreadMs * HEAD_START_SHARE;
    const stepMs = (spreadMs - headStartMs) / controllers.length;
    const startedAt = performance.now();
    for (const [index, controller] of controllers.entries()) {
      const waitMs = startedAt + headStartMs + index * stepMs - performance.now();
      if (waitMs >= 1) await delay(waitMs, undefined, { signal: deadline }).catch(() => {});
      controller.abort(closing);
    }
  }

  async close(): Promise<void> {
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  /** One connection from the first byte to the last; nothing that a client does rejects this. */
  async #serve(raw: Socket, listener: Listener): Promise<void> {
    const { services } = this.#options;
    const { connectionsMax, timeoutMs } = this.#limits;
    const { complaints } = services;
    const address = raw.remoteAddress ?? 'unknown';
    const peer = formatAddress(address, raw.remotePort ?? 0);
    const id = ++this.#lastId;
    // Read errors show where the connection is read; this one only keeps them from being unhandled.
    raw.on('error', () => {});
    if (this.#sockets.size >= connectionsMax) {
      services.counters.add('connections_refused.max_connections');
      complaints.tell(
        '*',
        'max_connections',
        { peer, max_connections: connectionsMax },
        'too many connections; closed the newest',
      );
      raw.destroy();
      return;
    }
    const closing = new AbortController();
    this.#sockets.set(raw, closing);
    let socket = raw;
    try {
      const timeout = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#late.signal]);
      if (listener.tls) socket = await this.#acceptTls(raw, timeout);
      const protocols = this.#options.protocols.filter(
        ({ name }) => listener.protocols.length === 0 || listener.protocols.includes(name),
      );
      const protocol = await detectProtocol(socket, protocols, timeout);
      if (typeof protocol === 'string') {
        // In a drain they were closed here, whatever they wanted to say.
        if (this.#draining.signal.aborted) return;
        services.counters.add(`connections_refused.${protocol}`);
        if (protocol !== 'closed') {
          complaints.tell(address, protocol, { peer, listener: listener.name }, REASONS[protocol]);
        }
        return;
      }
      services.counters.add(`connections.${protocol.name}`);
      const secure = listener.tls;
      const draining = this.#draining.signal;
      await protocol.serve(
        { id, socket, address, peer, listener: listener.name, secure, draining, closing: closing.signal },
        services,
      );
    } catch (error) {
      const { code = 'unknown', message } = error as NodeJS.ErrnoException;
      services.counters.add(`connections_failed.${code}`);
      complaints.tell(
        address,
        code,
        { peer, listener: listener.name, code },
        `closed a connection: ${message}`,
      );
    } finally {
      socket.destroy();
      raw.destroy();
      this.#sockets.delete(raw);
      if (this.#draining.signal.aborted && this.#sockets.size === 0) this.#empty.resolve();
    }
  }

  async #acceptTls(raw: Socket, timeout: AbortSignal): Promise<Socket> {
    const { alpn } = this.#options;
    const { tlsContext } = this.#limits;
    if (tlsContext === undefined) throw new Error('a TLS listener has no certificate');
    const { acceptTls } = await import('../tls/accept.ts');
    return acceptTls(raw, { context: tlsContext, alpn, timeout });
  }
}

const REASONS = {
  timeout: 'closed a connection that did not say what it speaks in time (network.connection_timeout_secs)',
  unknown_protocol: 'closed a connection: its first bytes belong to no protocol of this listener',
} as const;
