import { CallQueue, Lane } from './call-queue.ts';
import type { LinkClient } from './client.ts';
import { FRAME, type Frame } from './frame.ts';
import {
  decodeNotice,
  encodeArgument,
  encodeEventParts,
  type StreamMethod,
  type StreamNotice,
} from './stream-frames.ts';
import { RememberedForwarder, RememberedReceiver } from './stream-sessions.ts';
import {
  type AppendResult,
  type Cursor,
  type Device,
  type EventPage,
  type ForwarderGreeting,
  type ForwarderListener,
  type ReadEvent,
  type ReceiverListener,
  type RequestAnswer,
  type StreamName,
  type StreamService,
  StreamServiceError,
} from './streams.ts';

type Remembered = RememberedForwarder | RememberedReceiver;

const NOTHING = Buffer.alloc(0);

/**
 * A worker's end of the channel for event streams. When the store was away, each session is opened again before
 * anything else of it is sent; then what was not answered is sent again. All of it may be repeated: the store
 * recognises the events that it has, and cursors only move forward.
 *
 * A session that the store does not take again is told so by `lost`, and what it waits for rejects. After a
 * restart of the store a receiver may get once more what it has not acknowledged.
 */
export class StreamClient implements StreamService {
  readonly #link: LinkClient;
  readonly #queue: CallQueue;
  /** In the order in which they were opened. */
  readonly #sessions = new Map<string, Remembered>();
  readonly #onConnected = () => this.#connected();
  readonly #onDisconnected = () => this.#disconnected();
  readonly #onFrame = (frame: Frame) => this.#receive(frame);

  /** A call that is not answered after `timeoutMs` rejects, also while the store is away. */
  constructor(link: LinkClient, timeoutMs?: number) {
    this.#link = link;
    this.#queue = new CallQueue(link, timeoutMs);
    link.on('connected', this.#onConnected);
    link.on('disconnected', this.#onDisconnected);
    link.on('frame', this.#onFrame);
  }

  async authenticate(tokenHash: Uint8Array): Promise<Device | undefined> {
    const argument = Buffer.from(tokenHash);
    const answer = await this.#queue.ask(new Lane(), { method: 'authenticate', sessionId: '', argument });
    return answer.outcome === 'done' ? (answer.value as Device | undefined) : undefined;
  }

  async openForwarder(
    sessionId: string,
    greeting: ForwarderGreeting,
    listener: ForwarderListener,
  ): Promise<boolean> {
    const session = new RememberedForwarder(sessionId, greeting, listener);
    this.#sessions.set(sessionId, session);
    const hasPlace = await this.#open(session, () => this.#openForwarder(session, session.lane));
    if (hasPlace) session.state = 'open';
    else this.#forget(session);
    return hasPlace;
  }

  async greetAgain(sessionId: string, greeting: ForwarderGreeting): Promise<void> {
    const session = this.#sessions.get(sessionId);
    if (!(session instanceof RememberedForwarder)) return;
    await this.#ask(session.lane, 'greetAgain', sessionId, encodeArgument(greeting));
    session.greeting = greeting;
  }

  async append(sessionId: string, events: readonly ReadEvent[]): Promise<AppendResult> {
    const session = this.#findOpen(sessionId);
    const results = await Promise.all(
      encodeEventParts(events).map((part) => this.#ask(session.lane, 'append', sessionId, part)),
    );
    const result = { inserted: 0, retransmitted: 0, conflicts: 0 };
    for (const part of results as AppendResult[]) {
      result.inserted += part.inserted;
      result.retransmitted += part.retransmitted;
      result.conflicts += part.conflicts;
    }
    return result;
  }

  confirmAlive(sessionId: string): void {
    this.#tell(sessionId, 'confirmAlive', NOTHING);
  }

  answerRequest(sessionId: string, answer: RequestAnswer): void {
    let argument: Buffer;
    try {
      argument = encodeArgument(answer);
    } catch (error) {
      if (!(error instanceof StreamServiceError)) throw error;
      // For whoever asked, an answer that is too large never comes.
      argument = encodeArgument({ outcome: 'timeout', requestId: answer.requestId } satisfies RequestAnswer);
    }
    this.#tell(sessionId, 'answerRequest', argument);
  }

  closeForwarder(sessionId: string): void {
    this.#close(sessionId);
  }

  async openReceiver(
    sessionId: string,
    deviceId: string,
    cursors: readonly Cursor[],
    listener: ReceiverListener,
  ): Promise<void> {
    const session = new RememberedReceiver(sessionId, deviceId, cursors, listener);
    this.#sessions.set(sessionId, session);
    await this.#open(session, () => this.#openReceiver(session, session.lane));
    session.state = 'open';
  }

  async subscribe(sessionId: string, streams: readonly StreamName[]): Promise<void> {
    const session = this.#findOpen(sessionId);
    await this.#ask(session.lane, 'subscribe', sessionId, encodeArgument(streams));
    if (session instanceof RememberedReceiver) session.subscribe(streams);
  }

  async readPage(sessionId: string): Promise<EventPage | undefined> {
    const session = this.#findOpen(sessionId);
    const answer = await this.#queue.ask(session.lane, { method: 'readPage', sessionId, argument: NOTHING });
    return answer.outcome === 'page' ? answer.page : undefined;
  }

  async acknowledge(sessionId: string, cursors: readonly Cursor[]): Promise<void> {
    const session = this.#findOpen(sessionId);
    if (session instanceof RememberedReceiver) session.acknowledge(cursors);
    await this.#ask(session.lane, 'acknowledge', sessionId, encodeArgument(cursors));
  }

  closeReceiver(sessionId: string): void {
    this.#close(sessionId);
  }

  /** Rejects what is not answered. The link itself stays. */
  close(): void {
    this.#link.off('connected', this.#onConnected);
    this.#link.off('disconnected', this.#onDisconnected);
    this.#link.off('frame', this.#onFrame);
    this.#sessions.clear();
    this.#queue.close();
  }

  async #openForwarder({ id, greeting }: RememberedForwarder, lane: Lane): Promise<boolean> {
    return (await this.#ask(lane, 'openForwarder', id, encodeArgument(greeting))) as boolean;
  }

  async #openReceiver(session: RememberedReceiver, lane: Lane): Promise<boolean> {
    const { id, deviceId, cursors, subscribed } = session;
    await this.#ask(lane, 'openReceiver', id, encodeArgument({ deviceId, cursors }));
    if (subscribed.length > 0) await this.#ask(lane, 'subscribe', id, encodeArgument(subscribed));
    return true;
  }

  async #open(session: Remembered, ask: () => Promise<boolean>): Promise<boolean> {
    try {
      return await ask();
    } catch (error) {
      // The store may still open it.
      if (this.#sessions.get(session.id) === session) this.#close(session.id);
      throw error;
    }
  }

  #connected(): void {
    for (const session of this.#sessions.values()) {
      if (session.state === 'reopening') void this.#reopen(session);
    }
    this.#queue.connect();
  }

  #disconnected(): void {
    for (const session of this.#sessions.values()) {
      if (session.state === 'opening') continue;
      session.state = 'reopening';
      session.lane.isHeld = true;
    }
    this.#queue.disconnect();
  }

  async #reopen(session: Remembered): Promise<void> {
    const ahead = new Lane();
    ahead.isOver = true;
    session.ahead = ahead;
    let isOpen = false;
    let reason = 'another connection has the place of the device';
    try {
      isOpen =
        session instanceof RememberedForwarder
          ? await this.#openForwarder(session, ahead)
          : await this.#openReceiver(session, ahead);
    } catch (error) {
      if (!(error instanceof StreamServiceError)) throw error;
      reason = error.message;
    }
    // Another connection has come since, and with it another try; or it will.
    if (session.ahead !== ahead || !this.#link.isConnected) return;
    if (!isOpen) {
      this.#lose(session, reason);
      return;
    }
    session.state = 'open';
    this.#queue.release(session.lane);
    if (session instanceof RememberedReceiver && this.#sessions.get(session.id) === session) {
      session.listener.moreEvents();
    }
  }

  #lose(session: Remembered, reason: string): void {
    const isKnown = this.#sessions.get(session.id) === session;
    this.#forget(session);
    this.#queue.drop(session.lane, `it does not have the session any more: ${reason}`);
    this.#queue.tell(session.ahead, {
      method: closeMethod(session),
      sessionId: session.id,
      argument: NOTHING,
    });
    if (isKnown) session.listener.lost();
  }

  #close(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return;
    this.#forget(session);
    session.lane.isOver = true;
    if (this.#link.isConnected) this.#tellIn(session.lane, closeMethod(session), sessionId, NOTHING);
    else this.#queue.drop(session.lane, 'the session is closed');
  }

  #forget(session: Remembered): void {
    if (this.#sessions.get(session.id) === session) this.#sessions.delete(session.id);
  }

  #receive({ type, id, body }: Frame): void {
    if (type === FRAME.streamAnswer) this.#queue.receive(id, body);
    else if (type === FRAME.streamNotice) this.#notice(decodeNotice(body));
  }

  #notice(notice: StreamNotice): void {
    const session = this.#sessions.get(notice.sessionId);
    // It was closed while the notice was under way.
    if (session === undefined) return;
    if (notice.notice === 'lost') this.#lose(session, 'the store has ended it');
    else if (session instanceof RememberedReceiver) {
      if (notice.notice === 'moreEvents') session.listener.moreEvents();
    } else if (notice.notice === 'probe') session.listener.probe();
    else if (notice.notice === 'command') session.listener.command(notice.command);
  }

  async #ask(lane: Lane, method: StreamMethod, sessionId: string, argument: Buffer): Promise<unknown> {
    const answer = await this.#queue.ask(lane, { method, sessionId, argument });
    return answer.outcome === 'done' ? answer.value : undefined;
  }

  #tell(sessionId: string, method: StreamMethod, argument: Buffer): void {
    const session = this.#sessions.get(sessionId);
    if (session !== undefined) this.#tellIn(session.lane, method, sessionId, argument);
  }

  #tellIn(lane: Lane, method: StreamMethod, sessionId: string, argument: Buffer): void {
    this.#queue.tell(lane, { method, sessionId, argument });
  }

  #findOpen(sessionId: string): Remembered {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) throw new StreamServiceError(`the session ${sessionId} is closed`);
    return session;
  }
}

function closeMethod(session: Remembered): 'closeForwarder' | 'closeReceiver' {
  return session instanceof RememberedForwarder ? 'closeForwarder' : 'closeReceiver';
}
