import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Logger } from '../observe/logger.ts';

/** The methods of the control socket by name. A rejection becomes the error of the answer. */
export type ControlMethods = Readonly<
  Record<string, (params: Readonly<Record<string, unknown>>) => Promise<unknown>>
>;

const REQUEST_BYTES_MAX = 64 * 1024;
const CONNECTIONS_MAX = 64;
const IDLE_TIMEOUT_MS = 60_000;

/**
 * The door for the operator's commands: JSON-RPC 2.0, one object a line, on a Unix socket that only the
 * daemon's user can open.
 */
export class ControlServer {
  readonly #path: string;
  readonly #methods: ControlMethods;
  readonly #logger: Logger;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(path: string, methods: ControlMethods, logger: Logger) {
    this.#path = path;
    this.#methods = methods;
    this.#logger = logger;
  }

  /** The instance lock is held: what is at the path was left by a server that was killed. */
  async start(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await chmod(dirname(this.#path), 0o700);
    await rm(this.#path, { force: true });
    const server = createServer((socket) => this.#accept(socket));
    server.maxConnections = CONNECTIONS_MAX;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#path, resolve);
    });
    server.on('error', (error) => this.#logger.error({ error }, 'cannot accept a control connection'));
    await chmod(this.#path, 0o600);
    this.#server = server;
  }

  async close(): Promise<void> {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroySoon();
    if (this.#server !== undefined) await rm(this.#path, { force: true });
  }

  #accept(socket: Socket): void {
    let received = '';
    this.#sockets.add(socket);
    socket.setEncoding('utf8');
    socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (text: string) => {
      received += text;
      const lines = received.split('\n');
      received = lines.pop() as string;
      if (received.length > REQUEST_BYTES_MAX) {
        socket.end(
          `${JSON.stringify(failure(null, -32600, `a request is at most ${REQUEST_BYTES_MAX} bytes`))}\n`,
        );
        received = '';
        return;
      }
      for (const line of lines) {
        void this.#answer(line).then((answer) => {
          if (answer !== undefined && socket.writable) socket.write(`${JSON.stringify(answer)}\n`);
        });
      }
    });
  }

  /** The answer to one line; none to a notification or an empty line. */
  async #answer(line: string): Promise<object | undefined> {
    if (line.trim() === '') return undefined;
    let request: { id?: unknown; method?: unknown; params?: unknown };
    try {
      request = JSON.parse(line);
    } catch {
      return failure(null, -32700, 'the request is not JSON');
    }
    const { id, method, params = {} } = request ?? {};
    if (typeof method !== 'string' || typeof params !== 'object' || params === null) {
      return failure(id ?? null, -32600, 'the request has no method, or its params are not an object');
    }
    const run = Object.hasOwn(this.#methods, method) ? this.#methods[method] : undefined;
    if (run === undefined) return failure(id ?? null, -32601, `there is no method "${method}"`);
    try {
      const result = (await run(params as Record<string, unknown>)) ?? null;
      return id === undefined ? undefined : { jsonrpc: '2.0', id, result };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      this.#logger.error({ error, method }, 'a control request failed');
      return failure(id ?? null, -32000, message, { code });
    }
  }
}

function failure(id: unknown, code: number, message: string, data?: object): object {
  return { jsonrpc: '2.0', id, error: { code, message, data } };
}
