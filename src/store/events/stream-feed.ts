import type { StreamName } from './event-store.ts';

/** Who reads a stream, as the stream sees it. */
export interface FeedReader {
  /** Whether there may be events that it did not read. */
  readonly isBehind: boolean;
  wake(): void;
}

/**
 * A stream that somebody receives, or waits for: known by its name, since a stream may not exist yet, or be deleted and
 * come again. Readers that have read everything wait here; one that is behind costs the stream nothing.
 */
export class StreamFeed {
  readonly name: StreamName;
  /** Undefined until the stream is looked up, or when it does not exist. */
  streamId: string | undefined;
  /** The highest position that was announced. */
  head = 0;
  /** Counts what makes a finished reading doubtful. */
  changes = 0;
  /** How often the stream came into being while it was received. */
  births = 0;
  subscriptions = 0;
  readonly #waiting = new Set<FeedReader>();

  constructor(name: StreamName) {
    this.name = name;
  }

  wait(reader: FeedReader): void {
    this.#waiting.add(reader);
  }

  leave(reader: FeedReader): void {
    this.#waiting.delete(reader);
  }

  wake(): void {
    for (const reader of [...this.#waiting]) {
      if (!reader.isBehind) continue;
      this.#waiting.delete(reader);
      reader.wake();
    }
  }
}
