import { EventEmitter } from 'node:events';
import type { StreamHandler } from '../../../src/link/stream-server.ts';
import type {
  AppendResult,
  Cursor,
  Device,
  EventPage,
  ForwarderGreeting,
  ForwarderListener,
  ReadEvent,
  ReceiverListener,
  RequestAnswer,
  StreamName,
} from '../../../src/link/streams.ts';

/** Streams in memory. It writes down what it is called for, and answers when it is let. */
export class RecordingHandler extends EventEmitter<{ call: [call: string] }> implements StreamHandler {
  readonly calls: string[] = [];
  readonly greetings: ForwarderGreeting[] = [];
  readonly openings: { readonly cursors: readonly Cursor[] }[] = [];
  readonly stored: ReadEvent[] = [];
  readonly answers: RequestAnswer[] = [];
  readonly workers = new Set<string>();
  readonly forwarders = new Map<string, ForwarderListener>();
  readonly receivers = new Map<string, ReceiverListener>();
  pages: EventPage[] = [];
  hasPlace = true;
  /** Appends wait for it. */
  gate: Promise<void> = Promise.resolve();
  failure: Error | undefined;
  appending = 0;

  /** Resolves when the call is made; it must not have been made before. */
  called(call: string): Promise<void> {
    return new Promise((resolve) => {
      this.on('call', (made) => {
        if (made === call) resolve();
      });
    });
  }

  async authenticate(worker: string, tokenHash: Uint8Array): Promise<Device | undefined> {
    this.#record(worker, 'authenticate');
    if (this.failure !== undefined) throw this.failure;
    return tokenHash[0] === 1 ? { id: 'finish', type: 'forwarder', isConnected: false } : undefined;
  }

  async openForwarder(
    worker: string,
    id: string,
    greeting: ForwarderGreeting,
    listener: ForwarderListener,
  ): Promise<boolean> {
    this.#record(worker, `openForwarder ${id}`);
    this.greetings.push(greeting);
    if (this.hasPlace) this.forwarders.set(id, listener);
    return this.hasPlace;
  }

  async greetAgain(worker: string, id: string, greeting: ForwarderGreeting): Promise<void> {
    this.#record(worker, `greetAgain ${id}`);
    this.greetings.push(greeting);
  }

  async append(worker: string, id: string, events: readonly ReadEvent[]): Promise<AppendResult> {
    this.#record(worker, `append ${id} ${events[0]?.seq}`);
    this.appending += 1;
    await this.gate;
    this.appending -= 1;
    if (this.failure !== undefined) throw this.failure;
    const news = events.filter(({ seq }) => !this.stored.some((stored) => stored.seq === seq));
    this.stored.push(...news);
    return { inserted: news.length, retransmitted: events.length - news.length, conflicts: 0 };
  }

  confirmAlive(worker: string, id: string): void {
    this.#record(worker, `confirmAlive ${id}`);
  }

  answerRequest(worker: string, id: string, answer: RequestAnswer): void {
    this.answers.push(answer);
    this.#record(worker, `answerRequest ${id}`);
  }

  closeForwarder(worker: string, id: string): void {
    this.forwarders.delete(id);
    this.#record(worker, `closeForwarder ${id}`);
  }

  async openReceiver(
    worker: string,
    id: string,
    deviceId: string,
    cursors: readonly Cursor[],
    listener: ReceiverListener,
  ): Promise<void> {
    this.#record(worker, `openReceiver ${id} ${deviceId}`);
    this.openings.push({ cursors });
    this.receivers.set(id, listener);
  }

  async subscribe(worker: string, id: string, streams: readonly StreamName[]): Promise<void> {
    this.#record(worker, `subscribe ${id} ${streams.map(({ reader_ip }) => reader_ip).join(' ')}`);
  }

  async readPage(worker: string, id: string): Promise<EventPage | undefined> {
    this.#record(worker, `readPage ${id}`);
    await this.gate;
    return this.pages.shift();
  }

  async acknowledge(worker: string, id: string, cursors: readonly Cursor[]): Promise<void> {
    this.#record(worker, `acknowledge ${id} ${cursors.map(({ last_seq }) => last_seq).join(' ')}`);
  }

  closeReceiver(worker: string, id: string): void {
    this.receivers.delete(id);
    this.#record(worker, `closeReceiver ${id}`);
  }

  dropWorker(worker: string): void {
    this.#record(worker, 'dropWorker');
    this.workers.delete(worker);
  }

  #record(worker: string, call: string): void {
    this.workers.add(worker);
    this.calls.push(call);
    this.emit('call', call);
  }
}
