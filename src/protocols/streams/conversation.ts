import { type StreamService, StreamServiceError } from '../../link/streams.ts';
import type { Action, Complaint } from './action.ts';
import { ForwarderSession } from './forwarder-session.ts';
import type { ReceiverSession } from './receiver-session.ts';
import type { Leaving } from './session.ts';

/** The longest time that a timer takes. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** A client's WebSocket, as far as a session needs one. */
export interface Wire {
  send(text: string): void;
  /** Resolves when little of what was sent still waits; also when the connection is gone. */
  flushed(): Promise<void>;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
}

/**
 * Does what a session wants: writes to the wire, asks the store, tells the session what came of it, and wakes
 * it in time. Everything that happens to the connection comes in here.
 */
export class Conversation {
  readonly #session: ForwarderSession | ReceiverSession;
  readonly #service: StreamService;
  readonly #wire: Wire;
  readonly #tell: (reason: Complaint, message: string) => void;
  readonly #ended = Promise.withResolvers<void>();
  #isPaused = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(
    session: ForwarderSession | ReceiverSession,
    service: StreamService,
    wire: Wire,
    tell: (reason: Complaint, message: string) => void,
  ) {
    this.#session = session;
    this.#service = service;
    this.#wire = wire;
    this.#tell = tell;
  }

  /** Resolves when the session has ended. The connection may last longer, until the client closes its side. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Begins, with the `Authorization` header of the upgrade request. */
  connect(authorization: string | undefined): void {
    this.#perform(this.#session.connect(authorization));
  }

  receiveText(text: string): void {
    this.#perform(this.#session.receiveText(text, performance.now()));
  }

  receiveBinary(): void {
    this.#perform(this.#session.receiveBinary(performance.now()));
  }

  /** A Ping or a Pong came. */
  hear(): void {
    this.#session.hear(performance.now());
  }

  /**
   * A Close frame came, or the connection is gone. With a Close frame it must not wait for the end of the connection:
   * the client may keep that open, and its next connection is refused as long as this one has its device's place.
   */
  disconnect(): void {
    this.#perform(this.#session.disconnect());
  }

  leave(leaving: Leaving): void {
    this.#perform(this.#session.leave(leaving));
  }

  #perform(actions: readonly Action[]): void {
    for (const action of actions) this.#do(action);
    this.#setPause();
    this.#setTimer();
    if (this.#session.state === 'ended') this.#ended.resolve();
  }

  #do(action: Action): void {
    const wire = this.#wire;
    switch (action.do) {
      case 'send':
        wire.send(action.text);
        return;
      case 'ping':
        wire.ping();
        return;
      case 'close':
        wire.close(action.code, action.reason);
        return;
      case 'cut':
        wire.terminate();
        return;
      case 'tell':
        this.#tell(action.reason, action.message);
        return;
      case 'authenticate':
        void this.#ask(this.#service.authenticate(action.tokenHash), (device) =>
          this.#session.authenticated(device, performance.now()),
        );
        return;
      default:
        if (this.#session instanceof ForwarderSession) this.#askForForwarder(this.#session, action);
        else this.#askForReceiver(this.#session, action);
    }
  }

  #askForForwarder(session: ForwarderSession, action: Action): void {
    const service = this.#service;
    switch (action.do) {
      case 'open-forwarder': {
        const listener = {
          probe: () => this.#perform(session.probe(performance.now())),
          command: (command: Parameters<ForwarderSession['command']>[0]) =>
            this.#perform(session.command(command, performance.now())),
        };
        void this.#ask(service.openForwarder(session.id, action.greeting, listener), (hasPlace) =>
          session.opened(hasPlace, performance.now()),
        );
        return;
      }
      case 'greet-again':
        void this.#ask(service.greetAgain(session.id, action.greeting), () => session.greeted());
        return;
      case 'append':
        void this.#ask(service.append(session.id, action.events), (result) => session.appended(result));
        return;
      case 'confirm-alive':
        service.confirmAlive(session.id);
        return;
      case 'answer-request':
        service.answerRequest(session.id, action.answer);
        return;
      case 'close-forwarder':
        service.closeForwarder(session.id);
        return;
    }
  }

  #askForReceiver(session: ReceiverSession, action: Action): void {
    const service = this.#service;
    switch (action.do) {
      case 'open-receiver': {
        const listener = { moreEvents: () => this.#perform(session.moreEvents()) };
        void this.#ask(service.openReceiver(session.id, action.deviceId, action.cursors, listener), () =>
          session.opened(performance.now()),
        );
        return;
      }
      case 'subscribe':
        void this.#ask(service.subscribe(session.id, action.streams), () => session.subscribed());
        return;
      case 'read-page': {
        const page = this.#wire.flushed().then(() => service.readPage(session.id));
        void this.#ask(page, (events) => session.pageRead(events));
        return;
      }
      case 'acknowledge':
        void this.#ask(service.acknowledge(session.id, action.cursors), () => session.acknowledged());
        return;
      case 'close-receiver':
        service.closeReceiver(session.id);
        return;
    }
  }

  async #ask<Answer>(question: Promise<Answer>, tell: (answer: Answer) => readonly Action[]): Promise<void> {
    let answer: Answer;
    try {
      answer = await question;
    } catch (error) {
      // Anything else is a mistake of ours.
      if (!(error instanceof StreamServiceError)) throw error;
      this.#perform(this.#session.failed(error));
      return;
    }
    this.#perform(tell(answer));
  }

  /** A session that has ended is read on, so that the client's Close frame is seen. */
  #setPause(): void {
    const isPaused = !this.#session.isReading && this.#session.state !== 'ended';
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#wire.pause();
    else this.#wire.resume();
  }

  #setTimer(): void {
    const { wakeAt } = this.#session;
    if (wakeAt === this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = wakeAt;
    if (wakeAt === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.min(Math.max(Math.ceil(wakeAt - performance.now()), 0), TIMER_MS_MAX);
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#perform(this.#session.wake(performance.now()));
    }, delayMs);
  }
}
