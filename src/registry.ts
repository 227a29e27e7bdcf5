import { http } from './protocols/http/protocol.ts';
import { logFrames } from './protocols/log-frames/protocol.ts';
import type { Protocol, Upgrade } from './protocols/protocol.ts';
import { streams } from './protocols/streams/upgrade.ts';

/** Every wire protocol, in the order in which they look at the first bytes. */
export const PROTOCOLS: readonly Protocol[] = [logFrames, http];

/** What HTTP connections can become. */
export const UPGRADES: readonly Upgrade[] = [streams];
