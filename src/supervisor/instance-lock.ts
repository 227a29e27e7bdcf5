import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';

export class InstanceLockedError extends Error {
  readonly code = 'ERR_ALREADY_RUNNING';
  constructor(dataDirectory: string) {
    super(`another server runs on ${dataDirectory}; see "server status", or set another storage.data_dir`);
  }
}

/**
 * Lets one daemon run on a data directory. The lock is a kernel object (an abstract Unix socket), so it ends
 * with its process, however that ends, and can never be stale. Elsewhere than on Linux the control socket
 * serves as the lock.
 */
export class InstanceLock {
  #server: Server | undefined;

  /** Throws `InstanceLockedError` where another process has it. */
  async acquire(dataDirectory: string): Promise<void> {
    if (process.platform !== 'linux') return;
    const digest = createHash('sha256').update(dataDirectory).digest('hex').slice(0, 32);
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        reject(error.code === 'EADDRINUSE' ? new InstanceLockedError(dataDirectory) : error);
      });
      server.listen(`\0millrace-${digest}`, resolve);
    });
    server.unref();
    this.#server = server;
  }

  release(): void {
    this.#server?.close();
  }
}
