import { Lane } from './call-queue.ts';
import type {
  Cursor,
  ForwarderGreeting,
  ForwarderListener,
  ReceiverListener,
  StreamName,
} from './streams.ts';

/**
 * How many cursors are kept of a receiver. What is beyond is delivered once more when the session is opened again.
 */
const CURSORS_MAX = 200_000;

/**
 * What a worker remembers of a session, so as to open it again.
 *
 * `opening` (the store has not answered the first time) → `open` → `reopening` (the connection was lost, until
 * the store has answered again) → `open`. Whoever closes or loses a session forgets it.
 */
abstract class RememberedSession {
  readonly id: string;
  readonly lane = new Lane();
  state: 'opening' | 'open' | 'reopening' = 'opening';
  /** What opens it again goes ahead of its other calls. */
  ahead = new Lane();

  constructor(id: string) {
    this.id = id;
  }
}

export class RememberedForwarder extends RememberedSession {
  readonly listener: ForwarderListener;
  greeting: ForwarderGreeting;

  constructor(id: string, greeting: ForwarderGreeting, listener: ForwarderListener) {
    super(id);
    this.greeting = greeting;
    this.listener = listener;
  }
}

/**
 * A receiver is read to again from what it has acknowledged: what it has got beyond that comes once more, since a
 * cursor behind it would leave out events that came late with a lower number.
 */
export class RememberedReceiver extends RememberedSession {
  readonly listener: ReceiverListener;
  readonly deviceId: string;
  readonly #cursors = new Map<string, Cursor>();
  readonly #streams = new Set<string>();
  readonly #subscribed = new Map<string, StreamName>();

  constructor(id: string, deviceId: string, cursors: readonly Cursor[], listener: ReceiverListener) {
    super(id);
    this.deviceId = deviceId;
    this.listener = listener;
    for (const cursor of cursors) {
      this.#streams.add(nameStream(cursor));
      this.#cursors.set(nameEpoch(cursor), cursor);
    }
  }

  get cursors(): readonly Cursor[] {
    return [...this.#cursors.values()];
  }

  /** The store keeps their cursors. */
  get subscribed(): readonly StreamName[] {
    return [...this.#subscribed.values()];
  }

  subscribe(streams: readonly StreamName[]): void {
    for (const stream of streams) {
      const name = nameStream(stream);
      if (!this.#streams.has(name)) this.#subscribed.set(name, stream);
    }
  }

  acknowledge(cursors: readonly Cursor[]): void {
    for (const cursor of cursors) {
      if (!this.#streams.has(nameStream(cursor))) continue;
      const name = nameEpoch(cursor);
      const former = this.#cursors.get(name);
      const isNews =
        former === undefined ? this.#cursors.size < CURSORS_MAX : former.last_seq < cursor.last_seq;
      if (isNews) this.#cursors.set(name, cursor);
    }
  }
}

/** The length keeps two texts apart that may hold anything. */
function nameStream({ forwarder_id, reader_ip }: StreamName): string {
  return `${forwarder_id.length} ${forwarder_id}${reader_ip}`;
}

function nameEpoch(cursor: Cursor): string {
  return `${cursor.stream_epoch} ${nameStream(cursor)}`;
}
