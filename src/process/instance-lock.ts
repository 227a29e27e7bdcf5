import { stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export class InstanceLockedError extends Error {
  readonly code = 'ERR_ALREADY_RUNNING';
  /** `pid` where it is known who. */
  constructor(dataDirectory: string, pid?: number) {
    super(
      `another server runs on ${dataDirectory}${pid === undefined ? '' : ` (pid ${pid})`}; see "server status", or set another storage.data_dir`,
    );
  }
}

const RETRY_DELAY_MS = 5;

/**
 * Lets one process of a role work on a data directory. The lock is a kernel object (an abstract Unix socket),
 * so it ends with its process, however that ends, and can never be stale. There is none elsewhere than on
 * Linux, where the control socket has to do.
 */
export class InstanceLock {
  readonly #role: string;
  readonly #dataDirectory: string;
  #server: Server | undefined;

  constructor(role: 'supervisor' | 'store', dataDirectory: string) {
    this.#role = role;
    this.#dataDirectory = dataDirectory;
  }

  /**
   * Waits up to `waitMs` for another holder to end: the store of a supervisor that was killed takes a moment.
   * Throws `InstanceLockedError`.
   */
  async acquire(waitMs = 0): Promise<void> {
    if (process.platform !== 'linux') return;
    const address = await resolveAddress(this.#role, this.#dataDirectory);
    const deadline = Date.now() + waitMs;
    for (;;) {
      this.#server = await listen(address);
      if (this.#server !== undefined) return;
      if (Date.now() >= deadline) throw new InstanceLockedError(this.#dataDirectory);
      await delay(RETRY_DELAY_MS);
    }
  }

  release(): void {
    this.#server?.close();
    this.#server = undefined;
  }
}

/** Whether somebody has the lock. */
export async function isLocked(role: 'supervisor' | 'store', dataDirectory: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const address = await resolveAddress(role, dataDirectory).catch(() => undefined);
  if (address === undefined) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(address, () => resolve(true)).on('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** Of the directory itself, by whatever path it is reached. */
async function resolveAddress(role: string, dataDirectory: string): Promise<string> {
  const { dev, ino } = await stat(dataDirectory, { bigint: true });
  return `\0millrace-${role}-${dev}-${ino}`;
}

/** A server at the address, or undefined where someone else has it. */
async function listen(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') resolve(undefined);
    else reject(error);
  });
  server.listen(path, () => resolve(server.unref()));
  return promise;
}
