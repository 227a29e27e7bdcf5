/** What the hub of the event streams holds, and how long it waits. */
export const HUB_LIMITS = {
  /** Of both kinds and of all workers: far more than the connections of a machine. */
  sessionsMax: 100_000,
  /** A receiver that follows every reader of a large event has a few hundred. */
  streamsPerReceiverMax: 10_000,
  /**
   * A worker answers a probe within a turn of its loop. One that does not has stopped, and is replaced with all its
   * sessions.
   */
  probeTimeoutMs: 3000,
  /** Commands of one forwarder without an answer. */
  openCommandsMax: 64,
  /** The worker gives up after ten seconds and says so; this is for a worker that says nothing. */
  commandTimeoutMs: 12_000,
  /** An event in JSON is at most six times as long as its line, and a frame has to stay well below 16 MiB. */
  pageBytesMax: 1024 * 1024,
  /** Recent events of all streams: some seconds of a busy site. */
  recentBytesMax: 16 * 1024 * 1024,
  /** Recent events of one stream, so that one that is filled up anew leaves room for the others. */
  recentBytesPerStreamMax: 1024 * 1024,
} as const;
