import { createHash } from 'node:crypto';
import { encodeEvents } from '../../../../src/link/encode-events.ts';
import {
  type AppendResult,
  type Device,
  type EventPage,
  type ForwarderCommand,
  type ForwarderGreeting,
  type ForwarderListener,
  type ReceiverListener,
  type RequestAnswer,
  type StreamService,
  StreamServiceError,
} from '../../../../src/link/streams.ts';
import type { Cursor, ReadEvent, StreamName } from '../../../../src/protocols/streams/messages.ts';

const PAGE_EVENTS_MAX = 500;

interface ForwarderPlace {
  readonly sessionId: string;
  readonly listener: ForwarderListener;
}

interface Receiver {
  readonly deviceId: string;
  readonly listener: ReceiverListener;
  readonly positions: Map<string, number>;
}

/** Streams in memory: small, but it keeps what `StreamService` promises. */
export class MemoryStreamService implements StreamService {
  readonly answers: RequestAnswer[] = [];
  readonly greetings: ForwarderGreeting[] = [];
  readonly #devices = new Map<string, Omit<Device, 'isConnected'>>();
  readonly #places = new Map<string, ForwarderPlace>();
  readonly #deviceOfSession = new Map<string, string>();
  readonly #confirmations = new Map<string, (isAlive: boolean) => void>();
  readonly #streams = new Map<string, ReadEvent[]>();
  readonly #receivers = new Map<string, Receiver>();
  readonly #cursors = new Map<string, Cursor>();
  #failure: StreamServiceError | undefined;

  addToken(token: string, device: Omit<Device, 'isConnected'>): void {
    this.#devices.set(hash(Buffer.from(token)), device);
  }

  /** From now on everything fails, or nothing any more. */
  fail(message: string | undefined): void {
    this.#failure = message === undefined ? undefined : new StreamServiceError(message);
  }

  command(deviceId: string, command: ForwarderCommand): boolean {
    const place = this.#places.get(deviceId);
    place?.listener.command(command);
    return place !== undefined;
  }

  eventsOf(stream: StreamName): readonly ReadEvent[] {
    return this.#streams.get(keyOf(stream)) ?? [];
  }

  cursorOf(deviceId: string, stream: StreamName): Cursor | undefined {
    return this.#cursors.get(`${deviceId} ${keyOf(stream)}`);
  }

  isConnected(deviceId: string): boolean {
    return this.#places.has(deviceId);
  }

  async authenticate(tokenHash: Uint8Array): Promise<Device | undefined> {
    this.#check();
    const device = this.#devices.get(Buffer.from(tokenHash).toString('hex'));
    if (device === undefined) return undefined;
    const isConnected = device.type === 'forwarder' && (await this.#isTaken(device.id));
    return { ...device, isConnected };
  }

  async openForwarder(
    sessionId: string,
    greeting: ForwarderGreeting,
    listener: ForwarderListener,
  ): Promise<boolean> {
    this.#check();
    const { deviceId } = greeting;
    if (await this.#isTaken(deviceId)) return false;
    this.#places.set(deviceId, { sessionId, listener });
    this.#deviceOfSession.set(sessionId, deviceId);
    this.greetings.push(greeting);
    return true;
  }

  async greetAgain(_sessionId: string, greeting: ForwarderGreeting): Promise<void> {
    this.#check();
    this.greetings.push(greeting);
  }

  async append(sessionId: string, events: readonly ReadEvent[]): Promise<AppendResult> {
    this.#check();
    const forwarder_id = this.#deviceOfSession.get(sessionId);
    if (forwarder_id === undefined) throw new StreamServiceError(`session ${sessionId} is closed`);
    const result = { inserted: 0, retransmitted: 0, conflicts: 0 };
    for (const event of events) {
      const stream = { forwarder_id, reader_ip: event.reader_ip };
      const stored = this.#streams.get(keyOf(stream)) ?? [];
      this.#streams.set(keyOf(stream), stored);
      const same = stored.find(
        ({ stream_epoch, seq }) => stream_epoch === event.stream_epoch && seq === event.seq,
      );
      if (same === undefined) {
        stored.push({ ...event, forwarder_id });
        result.inserted += 1;
      } else if (same.raw_read_line === event.raw_read_line) result.retransmitted += 1;
      else result.conflicts += 1;
    }
    for (const { listener } of this.#receivers.values()) listener.moreEvents();
    return result;
  }

  confirmAlive(sessionId: string): void {
    this.#confirmations.get(sessionId)?.(true);
  }

  answerRequest(_sessionId: string, answer: RequestAnswer): void {
    this.answers.push(answer);
  }

  closeForwarder(sessionId: string): void {
    this.#confirmations.get(sessionId)?.(false);
    const deviceId = this.#deviceOfSession.get(sessionId);
    this.#deviceOfSession.delete(sessionId);
    if (deviceId !== undefined) this.#places.delete(deviceId);
  }

  async openReceiver(
    sessionId: string,
    deviceId: string,
    cursors: readonly Cursor[],
    listener: ReceiverListener,
  ): Promise<void> {
    this.#check();
    const positions = new Map(cursors.map((cursor) => [keyOf(cursor), this.#positionBehind(cursor)]));
    this.#receivers.set(sessionId, { deviceId, listener, positions });
  }

  async subscribe(sessionId: string, streams: readonly StreamName[]): Promise<void> {
    this.#check();
    const receiver = this.#receivers.get(sessionId);
    for (const stream of streams) {
      const key = keyOf(stream);
      if (receiver === undefined || receiver.positions.has(key)) continue;
      const cursor = this.cursorOf(receiver.deviceId, stream);
      receiver.positions.set(key, cursor === undefined ? 0 : this.#positionBehind(cursor));
    }
  }

  async readPage(sessionId: string): Promise<EventPage | undefined> {
    this.#check();
    for (const [key, position] of this.#receivers.get(sessionId)?.positions ?? []) {
      const events = (this.#streams.get(key) ?? []).slice(position, position + PAGE_EVENTS_MAX);
      if (events.length === 0) continue;
      this.#receivers.get(sessionId)?.positions.set(key, position + events.length);
      return { eventsJson: encodeEvents(events) };
    }
    return undefined;
  }

  async acknowledge(sessionId: string, cursors: readonly Cursor[]): Promise<void> {
    this.#check();
    const deviceId = this.#receivers.get(sessionId)?.deviceId;
    for (const cursor of cursors) this.#cursors.set(`${deviceId} ${keyOf(cursor)}`, cursor);
  }

  closeReceiver(sessionId: string): void {
    this.#receivers.delete(sessionId);
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #isTaken(deviceId: string): Promise<boolean> {
    const place = this.#places.get(deviceId);
    if (place === undefined) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#confirmations.set(place.sessionId, resolve);
    place.listener.probe();
    const isAlive = await promise;
    this.#confirmations.delete(place.sessionId);
    return isAlive;
  }

  #positionBehind(cursor: Cursor): number {
    return this.eventsOf(cursor).filter(
      ({ stream_epoch, seq }) =>
        stream_epoch < cursor.stream_epoch ||
        (stream_epoch === cursor.stream_epoch && seq <= cursor.last_seq),
    ).length;
  }
}

function keyOf({ forwarder_id, reader_ip }: StreamName): string {
  return `${forwarder_id} ${reader_ip}`;
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
