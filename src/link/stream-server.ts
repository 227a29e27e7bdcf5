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

/** A worker holds fewer: see `stream-client.ts`. */
const CALLS_UNDER_WAY_MAX = 128 * 1024;

type ForWorker<Call> = Call extends (...parameters: infer Parameters) => infer Answer
  ? (worker: string, ...parameters: Parameters) => Answer
  : never;

/** `StreamService` for the sessions of all workers: a session is known by its worker and its ID. */
export type StreamHandler = {
  readonly [Method in keyof StreamService]: ForWorker<StreamService[Method]>;
} & {
  /** The worker's connection is gone, and its sessions with it. It opens them again when it comes back. */
  dropWorker(worker: string): void;
};

/** The store's end of the channel for event streams. */
export class StreamServer implements LinkChannel {
  readonly #handler: StreamHandler;
  readonly #workers = new Map<string, WorkerStreams>();

  constructor(handler: StreamHandler) {
    this.#handler = handler;
  }

  connect(worker: string, send: SendFrame): ChannelEnd {
    // It may be back before the end of its former connection is seen.
    this.#workers.get(worker)?.disconnect();
    const streams = new WorkerStreams(worker, this.#handler, send, () => this.#workers.delete(worker));
    this.#workers.set(worker, streams);
    return streams;
  }
}

/** One connection of a worker. */
class WorkerStreams implements ChannelEnd {
  readonly #worker: string;
  readonly #handler: StreamHandler;
  readonly #send: SendFrame;
  readonly #onEnd: () => void;
  #isConnected = true;
  #underWay = 0;

  constructor(worker: string, handler: StreamHandler, send: SendFrame, onEnd: () => void) {
    this.#worker = worker;
    this.#handler = handler;
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
    this.#handler.dropWorker(this.#worker);
  }

  /** Undefined: the call has no answer. */
  #call({ method, sessionId, argument }: StreamCall): Promise<StreamAnswer> | undefined {
    const handler = this.#handler;
    const worker = this.#worker;
    switch (method) {
      case 'authenticate':
        return done(handler.authenticate(worker, argument));
      case 'openForwarder':
        return done(
          handler.openForwarder(worker, sessionId, decodeArgument<ForwarderGreeting>(argument), {
            probe: () => this.#tell({ notice: 'probe', sessionId }),
            command: (command) => this.#command(sessionId, command),
            lost: () => this.#tell({ notice: 'lost', sessionId }),
          }),
        );
      case 'greetAgain':
        return done(handler.greetAgain(worker, sessionId, decodeArgument<ForwarderGreeting>(argument)));
      case 'append':
        return done(handler.append(worker, sessionId, decodeArgument(argument)));
      case 'confirmAlive':
        handler.confirmAlive(worker, sessionId);
        return undefined;
      case 'answerRequest':
        handler.answerRequest(worker, sessionId, decodeArgument<RequestAnswer>(argument));
        return undefined;
      case 'closeForwarder':
        handler.closeForwarder(worker, sessionId);
        return undefined;
      case 'openReceiver': {
        const { deviceId, cursors } = decodeArgument<ReceiverGreeting>(argument);
        return done(
          handler.openReceiver(worker, sessionId, deviceId, cursors, {
            moreEvents: () => this.#tell({ notice: 'moreEvents', sessionId }),
            lost: () => this.#tell({ notice: 'lost', sessionId }),
          }),
        );
      }
      case 'subscribe':
        return done(handler.subscribe(worker, sessionId, decodeArgument(argument)));
      case 'readPage':
        return handler
          .readPage(worker, sessionId)
          .then((page) =>
            page === undefined ? { outcome: 'done', value: undefined } : { outcome: 'page', page },
          );
      case 'acknowledge':
        return done(handler.acknowledge(worker, sessionId, decodeArgument(argument)));
      case 'closeReceiver':
        handler.closeReceiver(worker, sessionId);
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
      queueMicrotask(() => this.#handler.answerRequest(this.#worker, sessionId, answer));
    }
  }

  #tell(notice: StreamNotice): void {
    if (this.#isConnected) this.#send(FRAME.streamNotice, 0, encodeNotice(notice));
  }
}

async function done(call: Promise<unknown>): Promise<StreamAnswer> {
  return { outcome: 'done', value: await call };
}
