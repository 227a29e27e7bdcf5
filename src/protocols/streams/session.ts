import type { Device } from '../../link/streams.ts';
import type { Action, Complaint } from './action.ts';
import { CLOSE_CODES } from './action.ts';
import { hashBearerToken } from './bearer-token.ts';
import { decodeMessage } from './decode.ts';
import { encodeError, encodeHeartbeat } from './encode.ts';
import { SESSION_LIMITS } from './limits.ts';
import { MessageError } from './message-error.ts';
import type { Message } from './messages.ts';
import { Pulse, type StreamSettings } from './pulse.ts';
import { WaitingFrames } from './waiting-frames.ts';

/** What they mean is told at `Session`. */
export type SessionState =
  | 'new'
  | 'authenticating'
  | 'greeting'
  | 'opening'
  | 'serving'
  | 'storing'
  | 'ended';

/** Why the server closes a session that did nothing wrong. */
export type Leaving = 'handover' | 'shutdown';

/**
 * What forwarders' and receivers' connections have in common. It does nothing itself: each call says what
 * happened, at which monotonic time in milliseconds, and returns what is to be done. Nothing throws.
 *
 * `new` → `connect` → `authenticating` (the store looks the token up) → `greeting` (the hello must come)
 * → `opening` (the store takes the session in) → `serving` ⇄ `storing` (the store has what the last message
 * brought; further frames wait) → `ended` (refused, failed, silent, disconnected, or left; from any state).
 */
export abstract class Session {
  readonly id: string;
  protected readonly settings: () => StreamSettings;
  #state: SessionState = 'new';
  #device: Device | undefined;
  #greetBy = Number.POSITIVE_INFINITY;
  #pulse: Pulse | undefined;
  readonly #waiting = new WaitingFrames();
  /** Set when the session ends as soon as the store has answered. */
  #leaving: Leaving | undefined;
  #actions: Action[] = [];

  /** The ID is a UUID that was never used before. */
  constructor(id: string, settings: () => StreamSettings) {
    this.id = id;
    this.settings = settings;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Whether frames should be read from the socket. Those that come nonetheless are kept, up to a limit. */
  get isReading(): boolean {
    return this.#waiting.isEmpty && (this.#state === 'greeting' || this.#state === 'serving');
  }

  /** When to call `wake`, `Infinity` for never. */
  get wakeAt(): number {
    if (this.#state === 'ended') return Number.POSITIVE_INFINITY;
    return Math.min(this.#greetBy, this.#pulse?.wakeAt ?? Number.POSITIVE_INFINITY, this.nextDeadline);
  }

  /** The connection is up; `authorization` is the header of its upgrade request. */
  connect(authorization: string | undefined): readonly Action[] {
    if (this.#state !== 'new') return [];
    const tokenHash = hashBearerToken(authorization);
    if (tokenHash === undefined) {
      return this.#refused(
        'INVALID_TOKEN',
        'there is no token; send the header "Authorization: Bearer <token>"',
      );
    }
    this.#state = 'authenticating';
    this.act({ do: 'authenticate', tokenHash });
    return this.take();
  }

  /** The answer to `authenticate`. */
  authenticated(device: Device | undefined, now: number): readonly Action[] {
    if (this.#state !== 'authenticating') return [];
    if (device === undefined) {
      return this.#refused(
        'INVALID_TOKEN',
        'the token is unknown or revoked; ask the operator for a new one',
      );
    }
    const problem = this.check(device);
    if (problem !== undefined) return this.#refused(problem.code, problem.message);
    this.#device = device;
    this.#state = 'greeting';
    this.#greetBy = now + SESSION_LIMITS.helloTimeoutMs;
    this.#leaveIfAsked();
    this.#readWaiting();
    return this.take();
  }

  /** A text frame. */
  receiveText(text: string, now: number): readonly Action[] {
    if (this.#state === 'ended') return [];
    this.#pulse?.hear(now);
    if (!this.#waiting.add(text)) {
      return this.#refused(
        'PROTOCOL_ERROR',
        'too many messages were sent ahead; wait for the acknowledgements',
      );
    }
    this.#readWaiting();
    return this.take();
  }

  /** A binary frame: before the hello it is refused, later it means nothing. */
  receiveBinary(now: number): readonly Action[] {
    this.#pulse?.hear(now);
    if (this.#state !== 'new' && this.#state !== 'authenticating' && this.#state !== 'greeting') return [];
    return this.#refused('PROTOCOL_ERROR', 'the first frame is binary; it must be text with a hello message');
  }

  /** A Ping or a Pong. */
  hear(now: number): void {
    this.#pulse?.hear(now);
  }

  /** The time that `wakeAt` named has come. */
  wake(now: number): readonly Action[] {
    if (this.#state === 'ended') return [];
    if (now >= this.#greetBy) {
      return this.#refused(
        'PROTOCOL_ERROR',
        `no hello message came within ${SESSION_LIMITS.helloTimeoutMs / 1000} s of the connection`,
      );
    }
    // Whoever is not read cannot be heard.
    if (!this.isReading) this.#pulse?.hear(now);
    for (const beat of this.#pulse?.beat(now) ?? []) {
      if (beat === 'heartbeat') this.sendHeartbeat();
      else if (beat === 'ping') this.act({ do: 'ping' });
      else return this.cut(`nothing came from ${this.deviceId} for ${this.settings().timeout_secs} s`);
    }
    this.meetDeadlines(now);
    return this.take();
  }

  /** The client closed, with a Close frame or without. */
  disconnect(): readonly Action[] {
    this.#end();
    return this.take();
  }

  /** The server wants to be rid of it: what the store has is acknowledged before. */
  leave(leaving: Leaving): readonly Action[] {
    if (this.#state === 'ended') return [];
    this.#leaving = leaving;
    this.#leaveIfAsked();
    return this.take();
  }

  /** The store could not do what it was asked. */
  failed(error: Error): readonly Action[] {
    if (this.#state === 'ended') return [];
    this.complain('store_failed', `the store could not serve ${this.deviceId}: ${error.message}`);
    this.act({
      do: 'send',
      text: encodeError(
        new MessageError('INTERNAL_ERROR', 'the server could not store or read; connect again later', {
          retryable: true,
        }),
      ),
    });
    this.#close(CLOSE_CODES.failed, 'the server could not store or read');
    return this.take();
  }

  /** Why this device may not have such a session. */
  protected abstract check(device: Device): MessageError | undefined;
  /** Asks the store to open the session; throws a `MessageError` where the message is no hello, or another's. */
  protected abstract open(hello: Message): void;
  /** What a message brings while serving; `text` is the frame that it came in. */
  protected abstract handle(message: Message, text: string): void;
  /** Gives the store back what the session has there. */
  protected abstract release(): void;

  /** The session serves, for the first time or again; frames that wait are looked at afterwards. */
  protected resume(): void {}

  /** When `meetDeadlines` has something to do, `Infinity` for never. */
  protected get nextDeadline(): number {
    return Number.POSITIVE_INFINITY;
  }

  protected meetDeadlines(_now: number): void {}

  protected get deviceId(): string {
    return this.#device?.id ?? 'a device';
  }

  protected isAlive(now: number): boolean {
    return !this.isReading || (this.#pulse?.isAlive(now) ?? true);
  }

  protected act(action: Action): void {
    this.#actions.push(action);
  }

  /** The actions so far, each once. */
  protected take(): readonly Action[] {
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  protected complain(reason: Complaint, message: string): void {
    this.act({ do: 'tell', reason, message });
  }

  protected sendHeartbeat(): void {
    this.act({ do: 'send', text: encodeHeartbeat(this.id, this.deviceId) });
  }

  /** The store has taken the session in. */
  protected serve(now: number): void {
    if (this.#state !== 'opening') return;
    this.#state = 'serving';
    this.#pulse = new Pulse(this.settings, now);
    this.sendHeartbeat();
    this.#continue();
  }

  /** Until `stored`, no further message is looked at. */
  protected store(action: Action): void {
    this.#state = 'storing';
    this.act(action);
  }

  protected stored(): void {
    if (this.#state !== 'storing') return;
    this.#state = 'serving';
    this.#continue();
  }

  /** A kind that makes no sense from this side: known, so the session goes on. */
  protected ignore(message: Message): void {
    this.complain('unexpected_kind', `ignored a message of the kind ${message.kind} from ${this.deviceId}`);
  }

  protected refuse(code: MessageError['code'], message: string): void {
    this.complain('refused', `refused ${this.deviceId}: ${message}`);
    this.act({ do: 'send', text: encodeError(new MessageError(code, message)) });
    this.#close(CLOSE_CODES.refused, code);
  }

  protected cut(message: string): readonly Action[] {
    this.complain('silent', `dropped a connection: ${message}`);
    this.act({ do: 'cut' });
    this.#end();
    return this.take();
  }

  #continue(): void {
    this.#leaveIfAsked();
    if (this.#state === 'serving') this.resume();
    this.#readWaiting();
  }

  /** Looks at the frames that wait, as far as the state allows. */
  #readWaiting(): void {
    while (this.#state === 'greeting' || this.#state === 'serving') {
      const text = this.#waiting.take();
      if (text === undefined) return;
      this.#read(text);
    }
  }

  #read(text: string): void {
    try {
      const message = decodeMessage(text);
      if (this.#state === 'serving') this.handle(message, text);
      else {
        this.open(message);
        this.#greetBy = Number.POSITIVE_INFINITY;
        this.#state = 'opening';
      }
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.refuse(error.code, error.message);
    }
  }

  #leaveIfAsked(): void {
    const waits = this.#state === 'authenticating' || this.#state === 'opening' || this.#state === 'storing';
    if (this.#leaving === undefined || waits || this.#state === 'ended') return;
    if (this.#leaving === 'handover')
      this.#close(CLOSE_CODES.restart, 'the server is reloading; connect again');
    else this.#close(CLOSE_CODES.goingAway, 'the server is stopping');
  }

  #refused(code: MessageError['code'], message: string): readonly Action[] {
    this.refuse(code, message);
    return this.take();
  }

  #close(code: number, reason: string): void {
    this.act({ do: 'close', code, reason });
    this.#end();
  }

  #end(): void {
    if (this.#state === 'ended') return;
    const isOpen = this.#state === 'opening' || this.#state === 'serving' || this.#state === 'storing';
    this.#state = 'ended';
    this.#waiting.clear();
    if (isOpen) this.release();
  }
}
