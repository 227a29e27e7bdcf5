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
} from '../../link/streams.ts';
import { askStore } from './ask-store.ts';
import type { EventStore } from './event-store.ts';
import { Forwarder } from './forwarder.ts';
import type { ForwarderPlaces } from './forwarder-places.ts';
import { HUB_LIMITS } from './hub-limits.ts';
import { Receiver } from './receiver.ts';
import type { StreamFeeds } from './stream-feeds.ts';

/** What the sessions of all workers have in common. */
export interface SharedStreams {
  readonly store: EventStore;
  readonly places: ForwarderPlaces<Forwarder>;
  readonly feeds: StreamFeeds;
  /** `streams.replay_batch_events` as it is now. */
  readonly pageEventsMax: () => number;
  readonly countSessions: () => number;
}

/** The sessions of one worker. */
export class WorkerStreams implements StreamService {
  readonly #worker: string;
  readonly #shared: SharedStreams;
  readonly #forwarders = new Map<string, Forwarder>();
  readonly #receivers = new Map<string, Receiver>();
  #isClosed = false;

  constructor(worker: string, shared: SharedStreams) {
    this.#worker = worker;
    this.#shared = shared;
  }

  get sessionCount(): number {
    return this.#forwarders.size + this.#receivers.size;
  }

  async authenticate(tokenHash: Uint8Array): Promise<Device | undefined> {
    const { store, places } = this.#shared;
    const token = await askStore(store.findToken(tokenHash));
    if (token === undefined || token.deviceType === 'admin') return undefined;
    const { deviceId: id, deviceType: type } = token;
    return { id, type, isConnected: type === 'forwarder' && (await places.isTaken(id)) };
  }

  async openForwarder(
    sessionId: string,
    greeting: ForwarderGreeting,
    listener: ForwarderListener,
  ): Promise<boolean> {
    this.#checkRoom(sessionId);
    const { store, places, feeds } = this.#shared;
    const forwarder = new Forwarder(greeting.deviceId, listener, store, places, feeds);
    this.#forwarders.set(sessionId, forwarder);
    let hasPlace = false;
    try {
      hasPlace = await forwarder.open(greeting);
    } finally {
      if (!hasPlace) this.#close(sessionId, forwarder);
    }
    return hasPlace;
  }

  async greetAgain(sessionId: string, greeting: ForwarderGreeting): Promise<void> {
    await this.#findForwarder(sessionId).greet(greeting);
  }

  async append(sessionId: string, events: readonly ReadEvent[]): Promise<AppendResult> {
    return await this.#findForwarder(sessionId).append(events);
  }

  confirmAlive(sessionId: string): void {
    this.#forwarders.get(sessionId)?.confirmAlive();
  }

  answerRequest(sessionId: string, answer: RequestAnswer): void {
    this.#forwarders.get(sessionId)?.answerRequest(answer);
  }

  closeForwarder(sessionId: string): void {
    const forwarder = this.#forwarders.get(sessionId);
    if (forwarder !== undefined) this.#close(sessionId, forwarder);
  }

  async openReceiver(
    sessionId: string,
    deviceId: string,
    cursors: readonly Cursor[],
    listener: ReceiverListener,
  ): Promise<void> {
    this.#checkRoom(sessionId);
    const { store, feeds, pageEventsMax } = this.#shared;
    const receiver = new Receiver(deviceId, listener, store, feeds, pageEventsMax);
    receiver.open(cursors);
    this.#receivers.set(sessionId, receiver);
  }

  async subscribe(sessionId: string, streams: readonly StreamName[]): Promise<void> {
    await this.#findReceiver(sessionId).subscribe(streams);
  }

  async readPage(sessionId: string): Promise<EventPage | undefined> {
    return await this.#receivers.get(sessionId)?.readPage();
  }

  async acknowledge(sessionId: string, cursors: readonly Cursor[]): Promise<void> {
    await this.#findReceiver(sessionId).acknowledge(cursors);
  }

  closeReceiver(sessionId: string): void {
    this.#receivers.get(sessionId)?.close();
    this.#receivers.delete(sessionId);
  }

  /** The worker is gone, and its sessions with it. */
  close(): void {
    this.#isClosed = true;
    for (const sessionId of [...this.#forwarders.keys()]) this.closeForwarder(sessionId);
    for (const sessionId of [...this.#receivers.keys()]) this.closeReceiver(sessionId);
  }

  #close(sessionId: string, forwarder: Forwarder): void {
    forwarder.close();
    // A session that was closed while it opened may have made room for another of its name.
    if (this.#forwarders.get(sessionId) === forwarder) this.#forwarders.delete(sessionId);
  }

  #findForwarder(sessionId: string): Forwarder {
    const forwarder = this.#forwarders.get(sessionId);
    if (forwarder?.isOpen !== true) throw this.#refuse(`session ${sessionId} is not open`);
    return forwarder;
  }

  #findReceiver(sessionId: string): Receiver {
    const receiver = this.#receivers.get(sessionId);
    if (receiver === undefined) throw this.#refuse(`session ${sessionId} is not open`);
    return receiver;
  }

  #checkRoom(sessionId: string): void {
    if (this.#isClosed) throw this.#refuse('it has disconnected');
    if (this.#forwarders.has(sessionId) || this.#receivers.has(sessionId)) {
      throw this.#refuse(`session ${sessionId} is open already`);
    }
    if (this.#shared.countSessions() >= HUB_LIMITS.sessionsMax) {
      throw this.#refuse(`there are ${HUB_LIMITS.sessionsMax} sessions already, and more may not be`);
    }
  }

  #refuse(why: string): StreamServiceError {
    return new StreamServiceError(`worker ${this.#worker}: ${why}`);
  }
}
