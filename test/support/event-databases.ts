import { join } from 'node:path';
import type { EventStore } from '../../src/store/events/event-store.ts';
import { SqliteEventStore } from '../../src/store/events/sqlite/sqlite-event-store.ts';

export interface EventDatabase {
  readonly name: string;
  /** A store over what is kept for this folder; two of the same folder, one after the other, have the same data. */
  create(folder: string, now?: () => number): EventStore;
}

/** Every implementation of the contract, a line each. */
export const EVENT_DATABASES: readonly EventDatabase[] = [
  { name: 'sqlite', create: (folder, now) => new SqliteEventStore(join(folder, 'events.db'), now) },
];
