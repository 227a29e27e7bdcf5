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
  StreamService,
} from '../../../src/link/streams.ts';

/** Streams in memory. It writes down what it is called for, and answers when it is let. */
export class RecordingHandler
  extends EventEmitter<{ call: [call: string] }>
  implements StreamHandler, StreamService
{
  readonly calls: string[] = [];
  readonly greetings: ForwarderGreeting[] = [];
  readonly openings: { readonly cursors: readonly Cursor[] }[] = [];
  readonly stored: ReadEvent[] = [];
  readonly answers: RequestAnswer[] = [];
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

  async authenticate(tokenHash: Uint8Array): Promise<Device | undefined> {
    this.#record('authenticate');
    if (this.failure !== undefined) throw this.failure;
    return tokenHash[0] === 1 ? { id: 'finish', type: 'forwarder', isConnected: false } : undefined;
  }

  async openForwarder(
    id: string,
    greeting: ForwarderGreeting,
    listener: ForwarderListener,
  ): Promise<boolean> {
    this.#record(`openForwarder ${id}`);
    this.greetings.push(greeting);
    if (this.hasPlace) this.forwarders.set(id, listener);
    return this.hasPlace;
  }

  async greetAgain(id: string, greeting: ForwarderGreeting): Promise<void> {
    this.#record(`greetAgain ${id}`);
    this.greetings.push(greeting);
  }

  async append(id: string, events: readonly ReadEvent[]): Promise<AppendResult> {
    this.#record(`append ${id} ${events[0]?.seq}`);
    this.appending += 1;
    await this.gate;
    this.appending -= 1;
    if (this.failure !== undefined) throw this.failure;
    const news = events.filter(({ seq }) => !this.stored.some((stored) => stored.seq === seq));
    this.stored.push(...news);
    return { inserted: news.length, retransmitted: events.length - news.length, conflicts: 0 };
  }

  confirmAlive(id: string): void {
    this.#record(`confirmAlive ${id}`);
  }

  answerRequest(id: string, answer: RequestAnswer): void {
    this.answers.push(answer);
    this.#record(`answerRequest ${id}`);
  }

  closeForwarder(id: string): void {
    this.forwarders.delete(id);
    this.#record(`closeForwarder ${id}`);
  }

  async openReceiver(
    id: string,
    deviceId: string,
    cursors: readonly Cursor[],
    listener: ReceiverListener,
  ): Promise<void> {
    this.#record(`openReceiver ${id} ${deviceId}`);
    this.openings.push({ cursors });
    this.receivers.set(id, listener);
  }

  async subscribe(id: string, streams: readonly StreamName[]): Promise<void> {
    this.#record(`subscribe ${id} ${streams.map(({ reader_ip }) => reader_ip).join(' ')}`);
  }

  async readPage(id: string): Promise<EventPage | undefined> {
    this.#record(`readPage ${id}`);
    await this.gate;
    return this.pages.shift();
  }

  async acknowledge(id: string, cursors: readonly Cursor[]): Promise<void> {
    this.#record(`acknowledge ${id} ${cursors.map(({ last_seq }) => last_seq).join(' ')}`);
  }

  closeReceiver(id: string): void {
    this.receivers.delete(id);
    this.#record(`closeReceiver ${id}`);
  }

  serve(_worker: string): StreamService {
    return this;
  }

  dropWorker(_worker: string): void {
    this.#record('dropWorker');
  }

  #record(call: string): void {
    this.calls.push(call);
    this.emit('call', call);
  }
}
