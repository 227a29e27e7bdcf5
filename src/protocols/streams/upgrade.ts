import type { Upgrade } from '../protocol.ts';

/** Event streams over WebSocket; loaded with the first connection. */
export const streams: Upgrade = {
  name: 'streams',
  paths: ['/ws/v1/forwarders', '/ws/v1/receivers'],
  async serve(...connection) {
    const { serveStreams } = await import('./web-sockets.ts');
    await serveStreams(...connection);
  },
};
