import type { Connection, Detection, Protocol, Services } from '../protocol.ts';
import { createFrameDecoder } from './decode.ts';
import { FrameSession } from './session.ts';

/** One for all connections of a worker: it is done with a message when it returns. */
const decoder = createFrameDecoder();

/** Log messages as packed Cap'n Proto, each behind its length. The server never writes. */
export const logFrames: Protocol = {
  name: 'log-frames',

  /** Messages have fewer than 2^24 bytes, so their lengths begin with a zero byte. */
  detect(bytes: Buffer): Detection {
    return bytes[0] === 0 ? 'match' : 'mismatch';
  },

  serve(connection: Connection, services: Services): Promise<void> {
    return new FrameSession(connection, services, decoder).run();
  },
};
