import type * as wire from '../../link/streams.ts';
import { type EventPage, type ReceiverListener, StreamServiceError } from '../../link/streams.ts';
import { askStore } from './ask-store.ts';
import { CallOrder } from './call-order.ts';
import { CURSORS_MAX, TEXT_LENGTH_MAX } from './check-input.ts';
import type { Cursor, EpochCursor, EventStore, StreamName } from './event-store.ts';
import { HUB_LIMITS } from './hub-limits.ts';
import { nameKey, type StreamFeeds } from './stream-feeds.ts';
import { type FindCursors, Subscription } from './subscription.ts';

export type ReceiverStore = Pick<
  EventStore,
  'findStream' | 'startRead' | 'readPage' | 'listCursors' | 'saveCursors'
>;

/**
 * A receiver's session. Its subscriptions that may have something to read are `#due`, in the order of their
 * turns; the others wait with their streams and come back when there is more.
 *
 * `#paging`: `idle` (nobody asked for more) → `waiting` (the last page was that there is none: the listener is to
 * be told) → `idle` (it was told, or asked again).
 */
export class Receiver {
  readonly deviceId: string;
  readonly #listener: ReceiverListener;
  readonly #store: ReceiverStore;
  readonly #feeds: StreamFeeds;
  readonly #pageEventsMax: () => number;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #due = new Set<Subscription>();
  readonly #changes = new CallOrder();
  readonly #pages = new CallOrder();
  #paging: 'idle' | 'waiting' | 'closed' = 'idle';

  constructor(
    deviceId: string,
    listener: ReceiverListener,
    store: ReceiverStore,
    feeds: StreamFeeds,
    pageEventsMax: () => number,
  ) {
    this.deviceId = deviceId;
    this.#listener = listener;
    this.#store = store;
    this.#feeds = feeds;
    this.#pageEventsMax = pageEventsMax;
  }

  /** Subscribes to the streams of the cursors. */
  open(cursors: readonly wire.Cursor[]): void {
    const ofStream = Map.groupBy(readCursors(cursors), nameKey);
    this.#checkRoomFor(ofStream.size);
    for (const [key, group] of ofStream) {
      // The lowest count: what is left out is delivered once more, and nothing is missed.
      const sorted = group.sort((a, b) => a.epoch - b.epoch).slice(0, CURSORS_MAX);
      this.#subscribe(key, group[0] as Cursor, () => sorted);
    }
  }

  subscribe(streams: readonly wire.StreamName[]): Promise<void> {
    return this.#changes.run(async () => {
      const added = new Map(
        streams
          .map(({ forwarder_id, reader_ip }) => ({ forwarderId: forwarder_id, readerIp: reader_ip }))
          .filter(isStorable)
          .map((name) => [nameKey(name), name] as const)
          .filter(([key]) => !this.#subscriptions.has(key)),
      );
      if (added.size === 0 || this.#isClosed) return;
      this.#checkRoomFor(added.size);
      const stored = await askStore(this.#store.listCursors(this.deviceId));
      if (this.#isClosed) return;
      const ofStream = Map.groupBy(stored, ({ streamId }) => streamId);
      const findCursors = (streamId: string): readonly EpochCursor[] =>
        (ofStream.get(streamId) ?? []).slice(0, CURSORS_MAX);
      for (const [key, name] of added) this.#subscribe(key, name, findCursors);
      setImmediate(() => this.#tell());
    });
  }

  readPage(): Promise<EventPage | undefined> {
    return this.#pages.run(() => this.#readPage());
  }

  acknowledge(cursors: readonly wire.Cursor[]): Promise<void> {
    return this.#changes.run(async () => {
      const known = readCursors(cursors);
      const calls: Promise<void>[] = [];
      for (let from = 0; from < known.length; from += CURSORS_MAX) {
        calls.push(this.#store.saveCursors(this.deviceId, known.slice(from, from + CURSORS_MAX)));
      }
      await askStore(Promise.all(calls));
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#paging = 'closed';
    for (const subscription of this.#subscriptions.values()) subscription.close();
    this.#subscriptions.clear();
    this.#due.clear();
  }

  get #isClosed(): boolean {
    return this.#paging === 'closed';
  }

  async #readPage(): Promise<EventPage | undefined> {
    if (!this.#isClosed) this.#paging = 'idle';
    const limits = { eventsMax: this.#pageEventsMax(), bytesMax: HUB_LIMITS.pageBytesMax };
    for (const subscription of this.#due) {
      this.#due.delete(subscription);
      let hasMore = true;
      try {
        const page = await askStore(subscription.readPage(limits));
        if (this.#isClosed) return undefined;
        hasMore = page.hasMore;
        if (page.eventsJson !== undefined) return { eventsJson: page.eventsJson };
      } finally {
        // Behind the others, so that the streams take turns.
        if (!this.#isClosed) this.#comeBack(subscription, hasMore);
      }
    }
    if (!this.#isClosed) this.#paging = 'waiting';
    return undefined;
  }

  #comeBack(subscription: Subscription, hasMore: boolean): void {
    if (hasMore) this.#due.add(subscription);
    else subscription.feed.wait(subscription);
  }

  #subscribe(key: string, name: StreamName, findCursors: FindCursors): void {
    const feed = this.#feeds.obtain({ forwarderId: name.forwarderId, readerIp: name.readerIp });
    const subscription = new Subscription(this.#store, this.#feeds, feed, findCursors, (woken) => {
      this.#due.add(woken);
      this.#tell();
    });
    this.#subscriptions.set(key, subscription);
    this.#due.add(subscription);
  }

  #tell(): void {
    if (this.#paging !== 'waiting' || this.#due.size === 0) return;
    this.#paging = 'idle';
    this.#listener.moreEvents();
  }

  #checkRoomFor(count: number): void {
    if (this.#subscriptions.size + count <= HUB_LIMITS.streamsPerReceiverMax) return;
    throw new StreamServiceError(
      `${this.deviceId} wants more streams than a session may have; at most ${HUB_LIMITS.streamsPerReceiverMax}`,
    );
  }
}

/** Those that name something that can exist. */
function readCursors(cursors: readonly wire.Cursor[]): Cursor[] {
  return cursors
    .map(({ forwarder_id, reader_ip, stream_epoch, last_seq }) => ({
      forwarderId: forwarder_id,
      readerIp: reader_ip,
      epoch: stream_epoch,
      lastSeq: last_seq,
    }))
    .filter(isStorable);
}

function isStorable({ forwarderId, readerIp }: StreamName): boolean {
  return [forwarderId, readerIp].every((text) => text.length <= TEXT_LENGTH_MAX && text.isWellFormed());
}
