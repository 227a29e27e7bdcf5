import type { RequestAnswer, StreamService } from '../../link/streams.ts';
import type { EventStore, StreamName } from './event-store.ts';
import { ForwarderNotConnectedError } from './event-store-error.ts';
import type { CommandOrder, Forwarder } from './forwarder.ts';
import { ForwarderPlaces } from './forwarder-places.ts';
import { RecentEvents } from './recent-events.ts';
import { resetEpoch } from './reset-epoch.ts';
import { StreamFeeds } from './stream-feeds.ts';
import { WorkerStreams } from './worker-streams.ts';

/**
 * Where the sessions of all workers meet: what a forwarder appends is stored, and its receivers are told, whichever
 * worker they are connected to. Sessions live in memory only; what is kept is in the event store.
 *
 * A receiver is one loop over its streams: `readPage` takes the next page of the next stream, from recent events in
 * memory where it is up to date, else from the database. What announces events carries no data, so there is neither a
 * gap nor a repeat between what was there and what comes.
 *
 * The hub is the only one to set `onStored` of its store.
 */
export class StreamHub {
  readonly #store: EventStore;
  readonly #pageEventsMax: () => number;
  readonly #places = new ForwarderPlaces<Forwarder>();
  readonly #recent = new RecentEvents();
  readonly #feeds = new StreamFeeds(this.#recent);
  readonly #workers = new Map<string, WorkerStreams>();

  /** `pageEventsMax` is `streams.replay_batch_events` as it is now. */
  constructor(store: EventStore, pageEventsMax: () => number) {
    this.#store = store;
    this.#pageEventsMax = pageEventsMax;
    store.onStored = (heads) => this.#feeds.announceStored(heads);
  }

  /** For a worker's sessions, which are named by the worker and the session's ID. */
  serve(worker: string): StreamService {
    const present = this.#workers.get(worker);
    if (present !== undefined) return present;
    const streams = new WorkerStreams(worker, {
      store: this.#store,
      places: this.#places,
      feeds: this.#feeds,
      pageEventsMax: this.#pageEventsMax,
      countSessions: () => this.#countSessions(),
    });
    this.#workers.set(worker, streams);
    return streams;
  }

  /** Closes all sessions of a worker that disconnected. What it was given by `serve` serves no more. */
  dropWorker(worker: string): void {
    this.#workers.get(worker)?.close();
    this.#workers.delete(worker);
  }

  isConnected(forwarderId: string): boolean {
    return this.#places.find(forwarderId)?.isOpen === true;
  }

  /** Whether the forwarder is connected and has named this reader. */
  isOnline({ forwarderId, readerIp }: StreamName): boolean {
    return this.#places.find(forwarderId)?.isOnline(readerIp) === true;
  }

  /** Throws `StreamUnknownError`, and `ForwarderNotConnectedError` as all commands do. */
  async resetEpoch(streamId: string): Promise<RequestAnswer> {
    const { forwarderId, readerIp, epoch } = await resetEpoch(this.#store, streamId, (id) =>
      this.isConnected(id),
    );
    return await this.#command(forwarderId, { name: 'reset-epoch', readerIp, newEpoch: epoch });
  }

  async getConfig(forwarderId: string): Promise<RequestAnswer> {
    return await this.#command(forwarderId, { name: 'get-config' });
  }

  async setConfig(forwarderId: string, section: string, payload: unknown): Promise<RequestAnswer> {
    return await this.#command(forwarderId, { name: 'set-config', section, payload });
  }

  /** Restarts the forwarder, not the server. */
  async restart(forwarderId: string): Promise<RequestAnswer> {
    return await this.#command(forwarderId, { name: 'restart' });
  }

  /** To be called when streams or events were deleted, so that they are not delivered from memory. */
  forgetRecent(): void {
    this.#recent.forget();
  }

  close(): void {
    for (const worker of [...this.#workers.keys()]) this.dropWorker(worker);
    this.#feeds.close();
  }

  #command(forwarderId: string, order: CommandOrder): Promise<RequestAnswer> {
    const forwarder = this.#places.find(forwarderId);
    if (forwarder?.isOpen === true) return forwarder.command(order);
    throw new ForwarderNotConnectedError(
      `the forwarder ${forwarderId} is not connected; try again when it is`,
    );
  }

  #countSessions(): number {
    let count = 0;
    for (const { sessionCount } of this.#workers.values()) count += sessionCount;
    return count;
  }
}
