import type { Connection, Detection, Protocol, Services } from '../protocol.ts';
import { METHODS } from './methods.ts';

const METHOD_PREFIXES = METHODS.map((method) => Buffer.from(`${method} `));

/** HTTP/1.1 (RFC 9112). Node's part of it takes 5 MiB, so it is loaded with the first connection. */
export const http: Protocol = {
  name: 'http',

  prepare: () => import('./server.ts'),

  detect(bytes: Buffer): Detection {
    let isPrefix = false;
    for (const method of METHOD_PREFIXES) {
      const length = Math.min(method.length, bytes.length);
      if (method.compare(bytes, 0, length, 0, length) !== 0) continue;
      if (length === method.length) return 'match';
      isPrefix = true;
    }
    return isPrefix ? 'more' : 'mismatch';
  },

  async serve(connection: Connection, services: Services): Promise<void> {
    const { serveHttp } = await import('./server.ts');
    await serveHttp(connection, services);
  },
};
