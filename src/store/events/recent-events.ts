import { joinEvents } from '../../link/encode-events.ts';
import type { PageLimits, ReadPosition } from './event-store.ts';
import { HUB_LIMITS } from './hub-limits.ts';

/** Beside the text. */
const EVENT_BYTES = 64;

type Live = Extract<ReadPosition, { state: 'live' }>;

export interface RecentEvent {
  readonly epoch: number;
  readonly seq: number;
  readonly position: number;
  /** As receivers get it. */
  readonly json: string;
}

export interface RecentPage {
  readonly eventsJson: string;
  readonly next: Live;
}

/** The last events of a stream, without a hole between the first and the last position. */
interface Tail {
  events: RecentEvent[];
  bytes: number;
  /** Receivers that are up to date ask for the same page one after the other. */
  page: { readonly from: Live; readonly eventsMax: number; readonly page: RecentPage } | undefined;
}

/**
 * What was stored last of the streams that somebody receives, so that an event is not read from the database once for
 * each receiver. It is a shortcut: what it does not have, the database has.
 */
export class RecentEvents {
  readonly #bytesMax: number;
  readonly #bytesPerStreamMax: number;
  /** The stream that got events last is the last. */
  readonly #tails = new Map<string, Tail>();
  #bytes = 0;

  constructor(
    bytesMax: number = HUB_LIMITS.recentBytesMax,
    bytesPerStreamMax: number = HUB_LIMITS.recentBytesPerStreamMax,
  ) {
    this.#bytesMax = bytesMax;
    this.#bytesPerStreamMax = bytesPerStreamMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** By position ascending, as they were stored. */
  add(streamId: string, events: readonly RecentEvent[]): void {
    const tail = this.#tails.get(streamId) ?? { events: [], bytes: 0, page: undefined };
    this.#tails.delete(streamId);
    this.#tails.set(streamId, tail);
    tail.page = undefined;
    for (const event of events) {
      const last = tail.events.at(-1)?.position;
      if (last !== undefined && event.position <= last) continue;
      // Another server stored what lies between.
      if (last !== undefined && event.position !== last + 1) this.#drop(tail, tail.events.length);
      tail.events.push(event);
      this.#count(tail, weigh(event));
    }
    this.#trim(tail);
    for (const oldest of this.#tails.keys()) {
      if (this.#bytes <= this.#bytesMax) break;
      this.forget(oldest);
    }
  }

  /** The events behind the position; undefined where they are not here. */
  read(streamId: string, position: Live, { eventsMax, bytesMax }: PageLimits): RecentPage | undefined {
    const tail = this.#tails.get(streamId);
    const first = tail?.events[0];
    if (tail === undefined || first === undefined || position.position < first.position - 1) return undefined;
    const known = tail.page;
    if (known !== undefined && isSame(known.from, position) && known.eventsMax === eventsMax)
      return known.page;
    const from = position.position - first.position + 1;
    const epoch = tail.events[from]?.epoch;
    const texts: string[] = [];
    let { headEpoch, headSeq, position: at } = position;
    let bytes = 0;
    for (let index = from; index < tail.events.length && texts.length < eventsMax; index += 1) {
      const event = tail.events[index] as RecentEvent;
      bytes += weigh(event);
      if (event.epoch !== epoch || (texts.length > 0 && bytes > bytesMax)) break;
      texts.push(event.json);
      at = event.position;
      if (event.epoch > headEpoch || (event.epoch === headEpoch && event.seq > headSeq)) {
        headEpoch = event.epoch;
        headSeq = event.seq;
      }
    }
    if (texts.length === 0) return undefined;
    const next: Live = { state: 'live', position: at, headEpoch, headSeq };
    const page = { eventsJson: joinEvents(texts), next };
    tail.page = { from: position, eventsMax, page };
    return page;
  }

  /** Nobody receives the stream any more; without a name all, because events were deleted. */
  forget(streamId?: string): void {
    if (streamId === undefined) {
      this.#tails.clear();
      this.#bytes = 0;
      return;
    }
    const tail = this.#tails.get(streamId);
    if (tail === undefined) return;
    this.#drop(tail, tail.events.length);
    this.#tails.delete(streamId);
  }

  /** Half at a time, so that not every event moves all others. */
  #trim(tail: Tail): void {
    if (tail.bytes <= this.#bytesPerStreamMax) return;
    let [count, bytes] = [0, tail.bytes];
    while (bytes > this.#bytesPerStreamMax / 2) {
      bytes -= weigh(tail.events[count] as RecentEvent);
      count += 1;
    }
    this.#drop(tail, count);
  }

  #drop(tail: Tail, count: number): void {
    for (const event of tail.events.splice(0, count)) this.#count(tail, -weigh(event));
    tail.page = undefined;
  }

  #count(tail: Tail, bytes: number): void {
    tail.bytes += bytes;
    this.#bytes += bytes;
  }
}

function weigh({ json }: RecentEvent): number {
  return json.length + EVENT_BYTES;
}

function isSame(a: Live, b: Live): boolean {
  return a.position === b.position && a.headEpoch === b.headEpoch && a.headSeq === b.headSeq;
}
