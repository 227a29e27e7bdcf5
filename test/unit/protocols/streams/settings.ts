import type { StreamSettings } from '../../../../src/protocols/streams/pulse.ts';

export const SETTINGS: StreamSettings = {
  enabled: true,
  heartbeat_secs: 30,
  timeout_secs: 90,
  max_batch_events: 3,
  replay_batch_events: 500,
};
