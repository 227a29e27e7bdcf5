/**
 * What the sessions of a worker need from the store. Every call names the session, and calls for one session
 * take effect in the order in which they were made: a close also ends an open that is under way. What is asked for a
 * session that is closed changes nothing, and may be answered with anything.
 *
 * A call that the store cannot answer now rejects with a `StreamServiceError`, and the client is told to come
 * again. How many streams a session has, and how many sessions there are, is limited behind this interface. A
 * listener is not called from inside a call for the same session.
 */
export interface StreamService {
  /** The device whose live token has this SHA-256. */
  authenticate(tokenHash: Uint8Array): Promise<Device | undefined>;

  /**
   * Takes the device's place for this session, writes names, makes streams, marks them online. False where
   * another session has the place: the first connection wins. Before it says so, it probes that session and waits
   * for `confirmAlive` or its close. The listener may be called before the promise resolves.
   */
  openForwarder(
    sessionId: string,
    greeting: ForwarderGreeting,
    listener: ForwarderListener,
  ): Promise<boolean>;
  /** The same forwarder says hello again: new names, further streams. */
  greetAgain(sessionId: string, greeting: ForwarderGreeting): Promise<void>;
  /** Resolves when every event is on the disk, or was there before. Identities are the device's and the reader's. */
  append(sessionId: string, events: readonly ReadEvent[]): Promise<AppendResult>;
  confirmAlive(sessionId: string): void;
  answerRequest(sessionId: string, answer: RequestAnswer): void;
  /** Frees the device's place at once, and marks its streams offline. */
  closeForwarder(sessionId: string): void;

  /**
   * Delivers the streams of the cursors, each from behind its cursor. A stream that does not exist yet is
   * delivered from its first event on.
   */
  openReceiver(
    sessionId: string,
    deviceId: string,
    cursors: readonly Cursor[],
    listener: ReceiverListener,
  ): Promise<void>;
  /** As `openReceiver`, from the stored cursors of the device, else the beginning. What is delivered already stays. */
  subscribe(sessionId: string, streams: readonly StreamName[]): Promise<void>;
  /**
   * The next events of some stream, undefined where there are none now; then the listener is told when there are,
   * perhaps once too often. Each stream in order, without a gap or a repeat, one epoch of a stream in a page,
   * the streams in turn, so that one that has much to catch up does not hold up the others.
   */
  readPage(sessionId: string): Promise<EventPage | undefined>;
  /** Moves the stored cursors of the device, forward only. Unknown streams are left out. */
  acknowledge(sessionId: string, cursors: readonly Cursor[]): Promise<void>;
  closeReceiver(sessionId: string): void;
}

/** Whom a token belongs to. */
export interface Device {
  readonly id: string;
  readonly type: 'forwarder' | 'receiver';
  /** Another session of the forwarder has its place and was probed: a further one is refused before its hello. */
  readonly isConnected: boolean;
}

export interface ForwarderGreeting {
  readonly deviceId: string;
  readonly displayName: string | null;
  readonly readerIps: readonly string[];
}

export interface AppendResult {
  readonly inserted: number;
  readonly retransmitted: number;
  /** Events with the identity of another that holds another line. They are acknowledged, and not stored. */
  readonly conflicts: number;
}

export interface EventPage {
  /** What `encodeEvents` made of at most `streams.replay_batch_events` events, and well below 16 MiB. */
  readonly eventsJson: string;
}

/** What the store tells a forwarder's session of its own accord. */
export interface ForwarderListener {
  /** Another connection wants the device's place: confirm that this one is alive, or end. */
  probe(): void;
  command(command: ForwarderCommand): void;
}

/** What the store tells a receiver's session of its own accord. */
export interface ReceiverListener {
  moreEvents(): void;
}

/** What a forwarder is to do. Each gets one `RequestAnswer` with its `requestId`, which is a UUID. */
export type ForwarderCommand =
  | {
      readonly name: 'reset-epoch';
      readonly requestId: string;
      readonly readerIp: string;
      readonly newEpoch: number;
    }
  | { readonly name: 'get-config'; readonly requestId: string }
  | {
      readonly name: 'set-config';
      readonly requestId: string;
      readonly section: string;
      readonly payload: unknown;
    }
  | { readonly name: 'restart'; readonly requestId: string };

/** What became of a command. */
export type RequestAnswer =
  | {
      readonly outcome: 'answered';
      readonly requestId: string;
      readonly response: ConfigGetResponse | ConfigSetResponse | RestartResponse;
    }
  /**
   * `sent`: it has no answer. `timeout`: the answer did not come in time. `busy`: too many commands are before it.
   * `disconnected`: the forwarder went away.
   */
  | { readonly outcome: 'sent' | 'timeout' | 'busy' | 'disconnected'; readonly requestId: string };

/** One reader behind one forwarder. `reader_ip` is a key that nobody takes apart. */
export interface StreamName {
  readonly forwarder_id: string;
  readonly reader_ip: string;
}

/** A position in a stream: everything up to it, itself included, is done. */
export interface Cursor extends StreamName {
  readonly stream_epoch: number;
  readonly last_seq: number;
}

export interface ReadEvent extends StreamName {
  readonly stream_epoch: number;
  readonly seq: number;
  readonly reader_timestamp: string;
  readonly raw_read_line: string;
  readonly read_type: string;
}

export interface ConfigGetResponse {
  readonly kind: 'config_get_response';
  readonly request_id: string;
  readonly ok: boolean;
  readonly error: string | null;
  readonly config: unknown;
  readonly restart_needed: boolean;
}

export interface ConfigSetResponse {
  readonly kind: 'config_set_response';
  readonly request_id: string;
  readonly ok: boolean;
  readonly error: string | null;
  readonly restart_needed: boolean;
  readonly status_code: number | null;
}

export interface RestartResponse {
  readonly kind: 'restart_response';
  readonly request_id: string;
  readonly ok: boolean;
  readonly error: string | null;
}

/** The store cannot do now what was asked. The message is for the operator; the client learns less. */
export class StreamServiceError extends Error {
  readonly code = 'ERR_STREAMS_STORE';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StreamServiceError';
  }
}
