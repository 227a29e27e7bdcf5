import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { type AcceptOptions, acceptTls } from '../../../src/tls/accept.ts';
import { createTlsContext } from '../../../src/tls/context.ts';
import { makeAuthority, makeCertificate } from './make-certificates.ts';

export const authority = await makeAuthority();
export const server = await makeCertificate(authority);

export function createContext({
  minVersion = 'TLSv1.3' as 'TLSv1.2' | 'TLSv1.3',
  clientAuthority = '',
} = {}) {
  return createTlsContext({ ...server, authority: clientAuthority || undefined, minVersion });
}

/** What became of one connection. */
export interface Accepted {
  readonly raw: Socket;
  readonly secure?: TLSSocket;
  readonly error?: NodeJS.ErrnoException;
}

/** A server whose connections are accepted by `acceptTls`, or handed over with their first bytes put back. */
export class AcceptingServer {
  readonly port: number;
  readonly #waiting: ((accepted: Accepted) => void)[] = [];
  readonly #accepted: Accepted[] = [];

  private constructor(port: number) {
    this.port = port;
  }

  static async start(
    t: TestContext,
    options: Partial<AcceptOptions> = {},
    prepare?: (raw: Socket) => Promise<void>,
  ): Promise<AcceptingServer> {
    const context = options.context ?? createContext();
    const sockets = new Set<Socket>();
    const listening = createServer({ pauseOnConnect: true }, async (raw) => {
      sockets.add(raw);
      await prepare?.(raw);
      const accepting = acceptTls(raw, {
        alpn: ['http/1.1'],
        timeout: new AbortController().signal,
        ...options,
        context,
      });
      self.#add(
        await accepting.then(
          (secure) => ({ raw, secure }),
          (error) => ({ raw, error }),
        ),
      );
    });
    listening.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const self = new AcceptingServer((listening.address() as AddressInfo).port);
    t.after(async () => {
      for (const socket of sockets) socket.destroy();
      listening.close();
      await once(listening, 'close');
    });
    return self;
  }

  /** The next connection that was accepted or given up. */
  async next(): Promise<Accepted> {
    return this.#accepted.shift() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** A connection without TLS. Errors later on show as its end. */
  async open(t: TestContext): Promise<Socket> {
    const socket = connect(this.port, '127.0.0.1');
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    socket.on('error', () => {});
    return socket.resume();
  }

  connect(t: TestContext, options: ConnectionOptions = {}): TLSSocket {
    const socket = connectTls({
      port: this.port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: authority.certificate,
      ...options,
    });
    t.after(() => socket.destroy());
    socket.on('error', () => {});
    return socket;
  }

  #add(accepted: Accepted): void {
    const resolve = this.#waiting.shift();
    if (resolve) resolve(accepted);
    else this.#accepted.push(accepted);
  }
}
