import type { Connection, Detection, Protocol, Services } from '../protocol.ts';
import { createFrameDecoder } from './decode.ts';
import { FrameSession, type SharedParts } from './session.ts';
import { WarningBudget } from './warning-budget.ts';

const WARNINGS_PER_MINUTE = 20;

/** One for all connections of a worker. */
const sharedParts = new WeakMap<Services, SharedParts>();

/** Log messages as packed Cap'n Proto, each behind its length. The server never writes. */
export const logFrames: Protocol = {
  name: 'log-frames',

  /** Messages have fewer than 2^24 bytes, so their lengths begin with a zero byte. */
  detect(bytes: Buffer): Detection {
    return bytes[0] === 0 ? 'match' : 'mismatch';
  },

  serve(connection: Connection, services: Services): Promise<void> {
    let parts = sharedParts.get(services);
    if (parts === undefined) {
      parts = { decoder: createFrameDecoder(), warnings: new WarningBudget(WARNINGS_PER_MINUTE) };
      sharedParts.set(services, parts);
    }
    return new FrameSession(connection, services, parts).run();
  },
};
