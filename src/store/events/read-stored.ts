import type { EventStore, PageLimits, StoredEvent } from './event-store.ts';

const EXPORT_PAGE: PageLimits = { eventsMax: 2000, bytesMax: 1024 * 1024 };

/**
 * What a stream holds now, by epoch and sequence, page by page; what is stored meanwhile is left out. For exports:
 * whoever is slow to take a page delays nobody.
 */
export async function* readStored(
  store: Pick<EventStore, 'startRead' | 'readPage'>,
  streamId: string,
  limits: PageLimits = EXPORT_PAGE,
): AsyncGenerator<readonly StoredEvent[], void, void> {
  let position = await store.startRead(streamId, []);
  while (position?.state === 'replay') {
    const page = await store.readPage(streamId, position, limits);
    if (page.events.length > 0) yield page.events;
    position = page.next;
  }
}
