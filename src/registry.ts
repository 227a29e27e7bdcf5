import { http } from './protocols/http/protocol.ts';
import { logFrames } from './protocols/log-frames/protocol.ts';
import type { Protocol } from './protocols/protocol.ts';

/** Every wire protocol, in the order in which they look at the first bytes. */
export const PROTOCOLS: readonly Protocol[] = [logFrames, http];
