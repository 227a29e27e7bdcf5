import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type {
  Cursor,
  ForwarderCommand,
  ReadEvent,
  RequestAnswer,
  StreamName,
  StreamService,
} from '../../../../src/link/streams.ts';
import type { EventStore } from '../../../../src/store/events/event-store.ts';
import { SqliteEventStore } from '../../../../src/store/events/sqlite/sqlite-event-store.ts';
import { StreamHub } from '../../../../src/store/events/stream-hub.ts';
import { hashToken } from '../../../../src/store/events/token-hash.ts';
import { FORWARDER, READER } from '../../../support/events.ts';
import { createFolder } from '../../../support/folder.ts';

export const STREAM: StreamName = { forwarder_id: FORWARDER, reader_ip: READER };
export const RECEIVER = 'rcv-a';

/** Counts what its receivers read, and lets a test act between the reading of a page and its delivery. */
class CountedStore extends SqliteEventStore {
  readings = 0;
  beforePage: () => Promise<void> = async () => {};

  override findStream(...args: Parameters<EventStore['findStream']>) {
    this.readings += 1;
    return super.findStream(...args);
  }

  override startRead(...args: Parameters<EventStore['startRead']>) {
    this.readings += 1;
    return super.startRead(...args);
  }

  override async readPage(...args: Parameters<EventStore['readPage']>) {
    this.readings += 1;
    const page = await super.readPage(...args);
    await this.beforePage();
    return page;
  }
}

export interface OpenHub {
  readonly store: CountedStore;
  readonly hub: StreamHub;
  readonly service: StreamService;
}

export async function openHub(t: TestContext, pageEventsMax = 500): Promise<OpenHub> {
  const store = new CountedStore(join(createFolder(t), 'events.db'));
  const hub = new StreamHub(store, () => pageEventsMax);
  t.after(async () => {
    hub.close();
    await store.close();
  });
  await store.start();
  return { store, hub, service: hub.serve('w1') };
}

export async function addToken(
  store: EventStore,
  type: 'forwarder' | 'receiver' | 'admin',
  deviceId: string,
): Promise<Uint8Array> {
  const hash = hashToken(randomUUID());
  await store.createToken(hash, type, deviceId);
  return hash;
}

export function readEvent(seq: number, more: Partial<ReadEvent> = {}): ReadEvent {
  return {
    ...STREAM,
    stream_epoch: 1,
    seq,
    reader_timestamp: '2026-03-01T09:00:00.010',
    raw_read_line: `line ${more.stream_epoch ?? 1} ${seq}`,
    read_type: 'raw',
    ...more,
  };
}

export function readEvents(from: number, to: number, more: Partial<ReadEvent> = {}): ReadEvent[] {
  return Array.from({ length: to - from + 1 }, (_, i) => readEvent(from + i, more));
}

/** A forwarder that answers every probe, and commands as it is told. */
export class TestForwarder {
  readonly id = randomUUID();
  readonly commands: ForwarderCommand[] = [];
  probes = 0;
  isAlive = true;
  answer: (command: ForwarderCommand) => RequestAnswer | undefined = () => undefined;
  readonly #service: StreamService;
  readonly deviceId: string;

  constructor(service: StreamService, deviceId = FORWARDER) {
    this.#service = service;
    this.deviceId = deviceId;
  }

  open(readerIps: readonly string[] = [READER], displayName: string | null = 'Finish'): Promise<boolean> {
    const greeting = { deviceId: this.deviceId, displayName, readerIps };
    return this.#service.openForwarder(this.id, greeting, {
      probe: () => {
        this.probes += 1;
        if (this.isAlive) this.#service.confirmAlive(this.id);
        else this.close();
      },
      lost: () => {},
      command: (command) => {
        this.commands.push(command);
        const answer = this.answer(command);
        if (answer !== undefined) this.#service.answerRequest(this.id, answer);
      },
    });
  }

  append(events: readonly ReadEvent[]) {
    return this.#service.append(this.id, events);
  }

  close(): void {
    this.#service.closeForwarder(this.id);
  }
}

/** A receiver that reads when it is told to. */
export class TestReceiver {
  readonly id = randomUUID();
  announcements = 0;
  pages = 0;
  readonly #service: StreamService;
  #news = Promise.withResolvers<void>();

  constructor(service: StreamService) {
    this.#service = service;
  }

  open(cursors: readonly Cursor[] = [], deviceId = RECEIVER): Promise<void> {
    return this.#service.openReceiver(this.id, deviceId, cursors, {
      lost: () => {},
      moreEvents: () => {
        this.announcements += 1;
        this.#news.resolve();
      },
    });
  }

  subscribe(...streams: readonly StreamName[]): Promise<void> {
    return this.#service.subscribe(this.id, streams);
  }

  acknowledge(...cursors: readonly Cursor[]): Promise<void> {
    return this.#service.acknowledge(this.id, cursors);
  }

  async readPage(): Promise<ReadEvent[] | undefined> {
    const page = await this.#service.readPage(this.id);
    if (page === undefined) return undefined;
    this.pages += 1;
    const events = JSON.parse(page.eventsJson) as ReadEvent[];
    const names = new Set(events.map((event) => `${event.reader_ip} ${event.stream_epoch}`));
    assert.equal(names.size, 1, 'a page has one epoch of one stream');
    return events;
  }

  /** Until there is no more now. */
  async readAll(): Promise<ReadEvent[]> {
    const events: ReadEvent[] = [];
    for (;;) {
      const page = await this.readPage();
      if (page === undefined) return events;
      events.push(...page);
    }
  }

  /** So many, and waits for them. */
  async read(count: number): Promise<ReadEvent[]> {
    const events: ReadEvent[] = [];
    while (events.length < count) {
      const page = await this.readPage();
      if (page !== undefined) {
        events.push(...page);
        continue;
      }
      await this.#news.promise;
      this.#news = Promise.withResolvers();
    }
    return events;
  }

  close(): void {
    this.#service.closeReceiver(this.id);
  }
}

export function nameReads(events: readonly ReadEvent[]): string[] {
  return events.map(({ stream_epoch, seq }) => `${stream_epoch}.${seq}`);
}
