import { randomUUID } from 'node:crypto';
import type {
  AppendResult,
  ForwarderCommand,
  ForwarderGreeting,
  ForwarderListener,
  ReadEvent,
  RequestAnswer,
} from '../../link/streams.ts';
import { askStore } from './ask-store.ts';
import { EVENTS_PER_APPEND_MAX } from './check-input.ts';
import type { EventStore, NewEvent } from './event-store.ts';
import type { ForwarderPlaces } from './forwarder-places.ts';
import { OpenCommands } from './open-commands.ts';
import { Probe } from './probe.ts';
import { readTag } from './read-tag.ts';
import type { StreamFeeds } from './stream-feeds.ts';

export type ForwarderStore = Pick<EventStore, 'registerForwarder' | 'append'>;
export type CommandOrder =
  | { readonly name: 'reset-epoch'; readonly readerIp: string; readonly newEpoch: number }
  | { readonly name: 'get-config' | 'restart' }
  | { readonly name: 'set-config'; readonly section: string; readonly payload: unknown };

/**
 * A forwarder's session: `opening` (it waits for its place, or its streams are made) → `open` → `closed`. Its
 * streams are online while it is open.
 */
export class Forwarder {
  readonly deviceId: string;
  readonly #listener: ForwarderListener;
  readonly #store: ForwarderStore;
  readonly #places: ForwarderPlaces;
  readonly #feeds: StreamFeeds;
  readonly #probe: Probe;
  readonly #commands: OpenCommands;
  readonly #readers = new Set<string>();
  #displayName: string | null = null;
  #state: 'opening' | 'open' | 'closed' = 'opening';

  constructor(
    deviceId: string,
    listener: ForwarderListener,
    store: ForwarderStore,
    places: ForwarderPlaces,
    feeds: StreamFeeds,
  ) {
    this.deviceId = deviceId;
    this.#listener = listener;
    this.#store = store;
    this.#places = places;
    this.#feeds = feeds;
    this.#probe = new Probe(() => listener.probe());
    this.#commands = new OpenCommands();
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** False where another session has the device's place. */
  async open(greeting: ForwarderGreeting): Promise<boolean> {
    if (!(await this.#places.take(this))) return false;
    await this.greet(greeting);
    if (this.isClosed) return false;
    this.#state = 'open';
    return true;
  }

  async greet({ displayName, readerIps }: ForwarderGreeting): Promise<void> {
    this.#displayName = displayName;
    const streams = await askStore(this.#store.registerForwarder(this.deviceId, displayName, readerIps));
    for (const readerIp of readerIps) this.#readers.add(readerIp);
    for (const { readerIp, streamId, isNew } of streams) {
      if (isNew) this.#feeds.announceBirth({ forwarderId: this.deviceId, readerIp }, streamId);
    }
  }

  async append(events: readonly ReadEvent[]): Promise<AppendResult> {
    const parts: Promise<AppendResult>[] = [];
    for (let from = 0; from < events.length; from += EVENTS_PER_APPEND_MAX) {
      parts.push(this.#appendPart(events.slice(from, from + EVENTS_PER_APPEND_MAX).map(toNewEvent)));
    }
    const results = await Promise.all(parts);
    return {
      inserted: sum(results, 'inserted'),
      retransmitted: sum(results, 'retransmitted'),
      conflicts: sum(results, 'conflicts'),
    };
  }

  /** Whether the session is alive, in its worker's opinion. */
  probe(): Promise<boolean> {
    return this.#probe.run();
  }

  confirmAlive(): void {
    this.#probe.settle(true);
  }

  command(order: CommandOrder): Promise<RequestAnswer> {
    const command: ForwarderCommand = { ...order, requestId: randomUUID() };
    return this.#commands.send(command, (sent) => this.#listener.command(sent));
  }

  answerRequest(answer: RequestAnswer): void {
    this.#commands.answer(answer);
  }

  isOnline(readerIp: string): boolean {
    return this.isOpen && this.#readers.has(readerIp);
  }

  close(): void {
    this.#state = 'closed';
    this.#places.leave(this);
    this.#probe.settle(false);
    this.#commands.close();
  }

  async #appendPart(events: readonly NewEvent[]): Promise<AppendResult> {
    const batch = { forwarderId: this.deviceId, displayName: this.#displayName, events };
    const [result] = await askStore(this.#store.append([batch]));
    if (result === undefined) throw new Error('a batch has no result');
    for (const { readerIp } of result.streams) this.#readers.add(readerIp);
    this.#feeds.keep(this.deviceId, events, result);
    return result;
  }
}

function toNewEvent(event: ReadEvent): NewEvent {
  return {
    readerIp: event.reader_ip,
    epoch: event.stream_epoch,
    seq: event.seq,
    readerTimestamp: event.reader_timestamp,
    line: event.raw_read_line,
    readType: event.read_type,
    tagId: readTag(event.raw_read_line),
  };
}

function sum(results: readonly AppendResult[], what: keyof AppendResult): number {
  return results.reduce((total, result) => total + result[what], 0);
}
