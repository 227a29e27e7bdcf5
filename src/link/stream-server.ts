import { FRAME, type Frame, LinkError } from './frame.ts';
import type { ChannelEnd, LinkChannel, SendFrame } from './server.ts';
import {
  decodeArgument,
  decodeCall,
  encodeAnswer,
  encodeNotice,
  type ReceiverGreeting,
  type StreamAnswer,
  type StreamCall,
  type StreamNotice,
} from './stream-frames.ts';
import {
  type ForwarderCommand,
  type ForwarderGreeting,
  type RequestAnswer,
  type StreamService,
  StreamServiceError,
} from './streams.ts';

/** A worker holds fewer: see `call-queue.ts`. */
const CALLS_UNDER_WAY_MAX = 128 * 1024;

/** Where the sessions of all workers meet. */
export interface StreamHandler {
  /** For the sessions of a worker that has connected. */
  serve(worker: string): StreamService;
  /** The worker's connection is gone, and its sessions with it. It opens them again when it comes back. */
  dropWorker(worker: string): void;
}

/** The store's end of the channel for event streams. */
export class StreamServer implements LinkChannel {
  readonly #handler: StreamHandler;
  readonly #workers = new Map<string, StreamEnd>();

  constructor(handler: StreamHandler) {
    this.#handler = handler;
  }

  connect(worker: string, send: SendFrame): ChannelEnd {
    // It may be back before the end of its former connection is seen.
    this.#workers.get(worker)?.disconnect();
    const end = new StreamEnd(this.#handler.serve(worker), send, () => {
      this.#workers.delete(worker);
      this.#handler.dropWorker(worker);
    });
    this.#workers.set(worker, end);
    return end;
  }
}

/** One connection of a worker. */
class StreamEnd implements ChannelEnd {
  readonly #service: StreamService;
  readonly #send: SendFrame;
  readonly #onEnd: () => void;
  #isConnected = true;
  #underWay = 0;

  constructor(service: StreamService, send: SendFrame, onEnd: () => void) {
    this.#service = service;
    this.#send = send;
    this.#onEnd = onEnd;
  }

  receive(frame: Frame): void {
    if (frame.type !== FRAME.streamCall) throw new LinkError(`a frame of the type ${frame.type} is unknown`);
    // What came on a former connection of the worker does not count any more.
    if (!this.#isConnected) return;
    if (this.#underWay === CALLS_UNDER_WAY_MAX) {
      throw new LinkError(`a worker has more than ${CALLS_UNDER_WAY_MAX} stream calls under way`);
    }
    const answer = this.#call(decodeCall(frame.body));
    if (answer === undefined) return;
    this.#underWay += 1;
    void this.#answer(frame.id, answer);
  }

  disconnect(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#onEnd();
  }

  /** Undefined: the call has no answer. */
  #call({ method, sessionId, argument }: StreamCall): Promise<StreamAnswer> | undefined {
    const service = this.#service;
    switch (method) {
      case 'authenticate':
        return done(service.authenticate(argument));
      case 'openForwarder':
        return done(
          service.openForwarder(sessionId, decodeArgument<ForwarderGreeting>(argument), {
            probe: () => this.#tell({ notice: 'probe', sessionId }),
            command: (command) => this.#command(sessionId, command),
            lost: () => this.#tell({ notice: 'lost', sessionId }),
          }),
        );
      case 'greetAgain':
        return done(service.greetAgain(sessionId, decodeArgument<ForwarderGreeting>(argument)));
      case 'append':
        return done(service.append(sessionId, decodeArgument(argument)));
      case 'confirmAlive':
        service.confirmAlive(sessionId);
        return undefined;
      case 'answerRequest':
        service.answerRequest(sessionId, decodeArgument<RequestAnswer>(argument));
        return undefined;
      case 'closeForwarder':
        service.closeForwarder(sessionId);
        return undefined;
      case 'openReceiver': {
        const { deviceId, cursors } = decodeArgument<ReceiverGreeting>(argument);
        return done(
          service.openReceiver(sessionId, deviceId, cursors, {
            moreEvents: () => this.#tell({ notice: 'moreEvents', sessionId }),
            lost: () => this.#tell({ notice: 'lost', sessionId }),
          }),
        );
      }
      case 'subscribe':
        return done(service.subscribe(sessionId, decodeArgument(argument)));
      case 'readPage':
        return service
          .readPage(sessionId)
          .then((page) =>
            page === undefined ? { outcome: 'done', value: undefined } : { outcome: 'page', page },
          );
      case 'acknowledge':
        return done(service.acknowledge(sessionId, decodeArgument(argument)));
      case 'closeReceiver':
        service.closeReceiver(sessionId);
        return undefined;
    }
  }

  async #answer(id: number, answer: Promise<StreamAnswer>): Promise<void> {
    let told: StreamAnswer;
    try {
      told = await answer;
    } catch (error) {
      // Anything else is a mistake of ours.
      if (!(error instanceof StreamServiceError)) throw error;
      told = { outcome: 'failed', message: error.message };
    }
    this.#underWay -= 1;
    if (this.#isConnected) this.#send(FRAME.streamAnswer, id, encodeAnswer(told));
  }

  #command(sessionId: string, command: ForwarderCommand): void {
    try {
      this.#tell({ notice: 'command', sessionId, command });
    } catch (error) {
      if (!(error instanceof StreamServiceError)) throw error;
      const answer: RequestAnswer = { outcome: 'busy', requestId: command.requestId };
      queueMicrotask(() => this.#service.answerRequest(sessionId, answer));
    }
  }

  #tell(notice: StreamNotice): void {
    if (this.#isConnected) this.#send(FRAME.streamNotice, 0, encodeNotice(notice));
  }
}

async function done(call: Promise<unknown>): Promise<StreamAnswer> {
  return { outcome: 'done', value: await call };
}
