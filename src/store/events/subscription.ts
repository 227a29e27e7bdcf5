import { encodeEvents } from '../../link/encode-events.ts';
import type { EpochCursor, EventStore, PageLimits, ReadPosition } from './event-store.ts';
import type { FeedReader, StreamFeed } from './stream-feed.ts';
import type { StreamFeeds } from './stream-feeds.ts';
import { toReadEvent } from './to-read-event.ts';

/** Where to begin in the stream of this ID. */
export type FindCursors = (streamId: string) => readonly EpochCursor[];

export interface SubscriptionPage {
  /** Undefined: no events. */
  readonly eventsJson: string | undefined;
  /** False: wait until the feed wakes the reader. */
  readonly hasMore: boolean;
}

interface Reading {
  readonly streamId: string;
  readonly position: ReadPosition;
}

const NOTHING: SubscriptionPage = { eventsJson: undefined, hasMore: false };

/**
 * One receiver's reading of one stream. It looks the stream up and begins when its first page is read, so that
 * a receiver that never reads costs the database nothing. The cursors count for the stream as it was when the
 * receiver named it; one that comes into being later is read from its first event on.
 */
export class Subscription implements FeedReader {
  readonly feed: StreamFeed;
  readonly wake: () => void;
  readonly #store: Pick<EventStore, 'findStream' | 'startRead' | 'readPage'>;
  readonly #feeds: StreamFeeds;
  readonly #births: number;
  #findCursors: FindCursors | undefined;
  #reading: Reading | undefined;

  constructor(
    store: Pick<EventStore, 'findStream' | 'startRead' | 'readPage'>,
    feeds: StreamFeeds,
    feed: StreamFeed,
    findCursors: FindCursors,
    wake: (subscription: Subscription) => void,
  ) {
    this.#store = store;
    this.#feeds = feeds;
    this.feed = feed;
    this.#births = feed.births;
    this.#findCursors = findCursors;
    this.wake = () => wake(this);
  }

  get isBehind(): boolean {
    const { streamId, head } = this.feed;
    const reading = this.#reading;
    if (reading === undefined || reading.streamId !== streamId) return true;
    return reading.position.state === 'replay' || reading.position.position < head;
  }

  async readPage(limits: PageLimits): Promise<SubscriptionPage> {
    const { changes } = this.feed;
    const { eventsJson, hasMore } = await this.#read(limits);
    // What was stored meanwhile may not be in the page, and nobody was there to be woken.
    return { eventsJson, hasMore: hasMore || (this.feed.changes !== changes && this.isBehind) };
  }

  close(): void {
    this.feed.leave(this);
    this.#feeds.release(this.feed);
  }

  async #read(limits: PageLimits): Promise<SubscriptionPage> {
    const reading = await this.#begin();
    if (reading === undefined) return NOTHING;
    const { streamId, position } = reading;
    if (position.state === 'live') {
      if (position.position >= this.feed.head) return NOTHING;
      const recent = this.#feeds.recent.read(streamId, position, limits);
      if (recent !== undefined) {
        const { eventsJson, next } = recent;
        this.#reading = { streamId, position: next };
        return { eventsJson, hasMore: next.position < this.feed.head };
      }
    }
    const { events, next, hasMore } = await this.#store.readPage(streamId, position, limits);
    this.#reading = { streamId, position: next };
    if (events.length === 0) return { eventsJson: undefined, hasMore };
    const { name } = this.feed;
    return { eventsJson: encodeEvents(events.map((event) => toReadEvent(name, event))), hasMore };
  }

  async #begin(): Promise<Reading | undefined> {
    const { feed } = this;
    if (feed.streamId === undefined) {
      const stream = await this.#store.findStream(feed.name.forwarderId, feed.name.readerIp);
      if (feed.streamId === undefined && stream !== undefined) this.#feeds.bind(feed, stream.streamId);
    }
    const { streamId } = feed;
    if (streamId === undefined || this.#reading?.streamId === streamId) return this.#reading;
    const isAsNamed = feed.births === this.#births;
    const position = await this.#store.startRead(
      streamId,
      isAsNamed ? (this.#findCursors?.(streamId) ?? []) : [],
    );
    if (position === undefined) {
      if (feed.streamId === streamId) this.#feeds.unbind(feed);
      return undefined;
    }
    this.#findCursors = undefined;
    this.#reading = { streamId, position };
    return this.#reading;
  }
}
