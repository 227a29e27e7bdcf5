import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Logger } from '../observe/logger.ts';
import { type Identity, runAs } from '../process/identity.ts';
import { makeDirectories } from '../process/make-directories.ts';
import { ControlConnection, type ControlMethods } from './control-connection.ts';

export type { ControlCaller, ControlMethods } from './control-connection.ts';

const CONNECTIONS_MAX = 64;
/** Those who come when all are taken and are told so; beyond them the kernel closes. */
const REFUSALS_MAX = 16;
/** When all are taken, a client that asks for nothing for so long makes room for one that does. */
const SILENT_MS_MAX = 1000;

/**
 * The door for the operator's commands: JSON-RPC 2.0, one object a line, on a Unix socket that only the
 * daemon's user can open.
 */
export class ControlServer {
  readonly #path: string;
  readonly #methods: ControlMethods;
  readonly #logger: Logger;
  readonly #owner: Identity | undefined;
  readonly #connections = new Set<ControlConnection>();
  #server: Server | undefined;
  #isRepairing = false;

  /** The socket belongs to `owner`, without one to the user of this process. */
  constructor(path: string, methods: ControlMethods, logger: Logger, owner?: Identity) {
    this.#path = path;
    this.#methods = methods;
    this.#logger = logger;
    this.#owner = owner;
  }

  /** The instance lock is held: what is at the path was left by a server that was killed. */
  async start(): Promise<void> {
    // A client may close its side and still wait for the answer, as `nc` does.
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    server.maxConnections = CONNECTIONS_MAX + REFUSALS_MAX;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      runAs(this.#owner, () => {
        makeDirectories(dirname(this.#path), 0o700);
        chmodSync(dirname(this.#path), 0o700);
        rmSync(this.#path, { force: true });
        server.listen(this.#path, resolve);
      });
    });
    server.on('error', (error) => this.#logger.error({ error }, 'cannot accept a control connection'));
    runAs(this.#owner, () => chmodSync(this.#path, 0o600));
    this.#server = server;
  }

  /** Listens anew where somebody has removed the socket, as programs do that clean up. Open connections stay. */
  async repair(): Promise<void> {
    if (this.#server === undefined || this.#isRepairing || existsSync(this.#path)) return;
    this.#isRepairing = true;
    try {
      this.#server.close();
      await this.start();
      this.#logger.warn({ path: this.#path }, 'somebody removed the control socket; made it anew');
    } catch (error) {
      this.#logger.error({ error }, 'somebody removed the control socket, and it cannot be made anew');
    } finally {
      this.#isRepairing = false;
    }
  }

  async close(): Promise<void> {
    this.#server?.close();
    for (const connection of this.#connections) connection.close();
    if (this.#server !== undefined) runAs(this.#owner, () => rmSync(this.#path, { force: true }));
  }

  #accept(socket: Socket): void {
    const connection = new ControlConnection(socket, this.#methods, this.#logger);
    if (this.#connections.size >= CONNECTIONS_MAX && !this.#makeRoom()) {
      connection.refuse(`${CONNECTIONS_MAX} clients are being served; try again`, {
        code: 'ERR_CONTROL_BUSY',
      });
      return;
    }
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }

  /** Closes the client that was silent for the longest time, where there is one. */
  #makeRoom(): boolean {
    const [silent] = [...this.#connections].toSorted((a, b) => b.silentMs - a.silentMs);
    if (silent === undefined || silent.silentMs < SILENT_MS_MAX) return false;
    this.#connections.delete(silent);
    silent.destroy();
    return true;
  }
}
