import assert from 'node:assert/strict';
import type {
  EventBatch,
  EventStore,
  NewEvent,
  PageLimits,
  ReadPosition,
  StoredEvent,
} from '../../src/store/events/event-store.ts';

export const FORWARDER = 'fwd-a';
export const READER = '10.0.0.9:10000';
export const PAGE: PageLimits = { eventsMax: 500, bytesMax: 1024 * 1024 };

export function createEvent(seq: number, more: Partial<NewEvent> = {}): NewEvent {
  return {
    readerIp: READER,
    epoch: 1,
    seq,
    readerTimestamp: '2026-03-01T09:00:00.010',
    line: `line ${more.epoch ?? 1} ${seq}`,
    readType: 'raw',
    tagId: null,
    ...more,
  };
}

/** With the sequences `from` to `to`. */
export function createEvents(from: number, to: number, more: Partial<NewEvent> = {}): NewEvent[] {
  return Array.from({ length: to - from + 1 }, (_, i) => createEvent(from + i, more));
}

export function createEventBatch(events: readonly NewEvent[], forwarderId = FORWARDER): EventBatch {
  return { forwarderId, displayName: null, events };
}

/** A reader of one stream as a receiver's session is: page after page, from where it was. */
export class PageLoop {
  readonly #store: EventStore;
  readonly #streamId: string;
  readonly #limits: PageLimits;
  position: ReadPosition;

  private constructor(store: EventStore, streamId: string, position: ReadPosition, limits: PageLimits) {
    this.#store = store;
    this.#streamId = streamId;
    this.#limits = limits;
    this.position = position;
  }

  static async start(
    store: EventStore,
    streamId: string,
    cursors: Parameters<EventStore['startRead']>[1] = [],
    limits = PAGE,
  ): Promise<PageLoop> {
    const position = await store.startRead(streamId, cursors);
    assert.ok(position);
    return new PageLoop(store, streamId, position, limits);
  }

  /** All that there is now. */
  async readAll(): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (;;) {
      const page = await this.readPage();
      events.push(...page.events);
      if (!page.hasMore) return events;
    }
  }

  async readPage() {
    const page = await this.#store.readPage(this.#streamId, this.position, this.#limits);
    this.position = page.next;
    return page;
  }
}

/** `epoch.seq` of each. */
export function nameEvents(events: readonly { readonly epoch: number; readonly seq: number }[]): string[] {
  return events.map(({ epoch, seq }) => `${epoch}.${seq}`);
}
