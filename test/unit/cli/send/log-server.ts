import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { FrameSplitter } from '../../../../src/protocols/log-frames/splitter.ts';
import { decodeFields } from '../../../support/log-frames.ts';

/** Takes log frames and keeps what they say. */
export class LogServer {
  readonly port: number;
  readonly records: Record<string, unknown>[] = [];
  /** Connections so far. */
  connections = 0;
  /** Called after each frame. */
  onRecord: (socket: Socket) => void = () => {};

  private constructor(port: number) {
    this.port = port;
  }

  static async open(t: TestContext, tls?: TlsOptions): Promise<LogServer> {
    const sockets = new Set<Socket>();
    const serve = (socket: Socket) => {
      sockets.add(socket);
      server.#serve(socket);
    };
    const listener = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
    listener.on('tlsClientError', () => {});
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const server = new LogServer((listener.address() as AddressInfo).port);
    t.after(() => {
      listener.close();
      for (const socket of sockets) socket.destroy();
    });
    return server;
  }

  get target(): { host: string; port: number } {
    return { host: '127.0.0.1', port: this.port };
  }

  get messages(): unknown[] {
    return this.records.map(({ message }) => message);
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    const splitter = new FrameSplitter(1024 * 1024);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      splitter.push(chunk);
      while (splitter.next()) {
        this.records.push(decodeFields(splitter.bytes.subarray(splitter.start, splitter.end)));
        this.onRecord(socket);
      }
      // As the real server does with what is no log frame.
      if (splitter.fault !== undefined) socket.destroy();
    });
  }
}
