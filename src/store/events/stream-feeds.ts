import { encodeEvent } from '../../link/encode-events.ts';
import type { BatchResult, NewEvent, StreamHead, StreamName } from './event-store.ts';
import type { RecentEvent, RecentEvents } from './recent-events.ts';
import { StreamFeed } from './stream-feed.ts';
import { toReadEvent } from './to-read-event.ts';

/**
 * The streams that somebody receives, and what was stored in them last.
 *
 * Readers are told in a turn of their own, once for all that was stored in this one: by then the recent events
 * are at hand.
 */
export class StreamFeeds {
  readonly recent: RecentEvents;
  readonly #byName = new Map<string, StreamFeed>();
  readonly #byId = new Map<string, StreamFeed>();
  readonly #changed = new Set<StreamFeed>();
  #announcing: NodeJS.Immediate | undefined;

  constructor(recent: RecentEvents) {
    this.recent = recent;
  }

  get size(): number {
    return this.#byName.size;
  }

  /** Each call is undone with `release`. */
  obtain(name: StreamName): StreamFeed {
    const key = nameKey(name);
    const feed = this.#byName.get(key) ?? new StreamFeed(name);
    this.#byName.set(key, feed);
    feed.subscriptions += 1;
    return feed;
  }

  release(feed: StreamFeed): void {
    feed.subscriptions -= 1;
    if (feed.subscriptions > 0) return;
    this.unbind(feed);
    this.#byName.delete(nameKey(feed.name));
  }

  /** The stream has this ID. */
  bind(feed: StreamFeed, streamId: string): void {
    if (feed.subscriptions === 0 || feed.streamId === streamId) return;
    this.unbind(feed);
    feed.streamId = streamId;
    this.#byId.set(streamId, feed);
  }

  /** There is no such stream. */
  unbind(feed: StreamFeed): void {
    const { streamId } = feed;
    if (streamId === undefined) return;
    this.#byId.delete(streamId);
    this.recent.forget(streamId);
    feed.streamId = undefined;
    feed.head = 0;
  }

  /** The stream came into being just now. */
  announceBirth(name: StreamName, streamId: string): void {
    const feed = this.#byName.get(nameKey(name));
    if (feed === undefined) return;
    this.bind(feed, streamId);
    feed.births += 1;
    this.#change(feed);
  }

  announceStored(heads: readonly StreamHead[]): void {
    for (const { streamId, position } of heads) {
      const feed = this.#byId.get(streamId);
      if (feed === undefined) continue;
      feed.head = Math.max(feed.head, position);
      this.#change(feed);
    }
  }

  /** Keeps what a batch stored, for those who are up to date. */
  keep(
    forwarderId: string,
    events: readonly NewEvent[],
    { streams, positions }: Pick<BatchResult, 'streams' | 'positions'>,
  ): void {
    const kept = new Map<string, { readonly feed: StreamFeed; readonly events: RecentEvent[] }>();
    for (const { streamId, readerIp, isNew } of streams) {
      if (isNew) this.announceBirth({ forwarderId, readerIp }, streamId);
      const feed = this.#byId.get(streamId);
      if (feed !== undefined) kept.set(readerIp, { feed, events: [] });
    }
    if (kept.size === 0) return;
    for (const [index, event] of events.entries()) {
      const position = positions[index] as number;
      const stream = position === 0 ? undefined : kept.get(event.readerIp);
      if (stream === undefined) continue;
      const json = encodeEvent(toReadEvent(stream.feed.name, event));
      stream.events.push({ epoch: event.epoch, seq: event.seq, position, json });
    }
    for (const { feed, events: stored } of kept.values()) this.recent.add(feed.streamId as string, stored);
  }

  close(): void {
    clearImmediate(this.#announcing);
    this.#changed.clear();
  }

  #change(feed: StreamFeed): void {
    feed.changes += 1;
    this.#changed.add(feed);
    this.#announcing ??= setImmediate(() => this.#announce());
  }

  #announce(): void {
    this.#announcing = undefined;
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const feed of changed) feed.wake();
  }
}

/** The length tells where the first name ends, whatever characters it has. */
export function nameKey({ forwarderId, readerIp }: StreamName): string {
  return `${forwarderId.length} ${forwarderId} ${readerIp}`;
}
