/** What a message may hold, whoever sent it. Lengths of texts are in UTF-16 units. */
export const MESSAGE_LIMITS = {
  /** A forwarder that comes back sends all that is unacknowledged in one frame, and cannot send less. */
  textMax: 64 * 1024 * 1024,
  /** The smallest event in the largest message leaves room for about half of this. */
  eventsMax: 1_000_000,
  /** Cursors, acknowledged cursors, and streams to subscribe to. */
  cursorsMax: 100_000,
  readersMax: 10_000,
  /** What names a device, a reader, a session, a batch or a request. */
  nameMax: 1024,
  displayNameMax: 4096,
  timestampMax: 256,
  readTypeMax: 256,
  lineMax: 1024 * 1024,
  errorMax: 65_536,
  /** Objects and lists in one another in the value of a configuration; parsers of devices stop here too. */
  depthMax: 128,
  statusCodeMax: 65_535,
} as const;

/** What a session may hold or wait for. */
export const SESSION_LIMITS = {
  /** A token has 43 characters where the server made it. */
  tokenMax: 4096,
  /** A device that has connected holds a connection, and has nothing to wait for. */
  helloTimeoutMs: 10_000,
  /** How long after a Ping a device that answers it has certainly answered. */
  pongGraceMs: 10_000,
  /** Frames read ahead while the store works. One read of the socket brings no more small frames than this. */
  waitingFramesMax: 16_384,
  /** Two messages of the largest kind. */
  waitingTextMax: 2 * MESSAGE_LIMITS.textMax,
  /** Commands that wait for an acknowledgement to go first. */
  waitingCommandsMax: 8,
  /** Requests without an answer. */
  openRequestsMax: 64,
  requestTimeoutMs: 10_000,
} as const;
