import assert from 'node:assert';
import { writeSync } from 'node:fs';
import { EVENT_DATABASES } from './event-databases.ts';
import { createEventBatch, createEvents } from './events.ts';

/**
 * Appends with several callers at once and says on standard output what was committed: `<forwarder> <last seq>`.
 * For a test that kills it: `append-until-killed.ts <database> <folder> <first seq>`.
 */
const CALLERS = 4;
const EVENTS = 7;

const [name, folder = '', from = '1'] = process.argv.slice(2);
const database = EVENT_DATABASES.find((one) => one.name === name);
assert(database !== undefined);
const store = database.create(folder);
await store.start();
await Promise.all(
  Array.from({ length: CALLERS }, async (_, caller) => {
    for (let seq = Number(from); ; seq += EVENTS) {
      await store.append([createEventBatch(createEvents(seq, seq + EVENTS - 1), `fwd-${caller}`)]);
      writeSync(1, `fwd-${caller} ${seq + EVENTS - 1}\n`);
    }
  }),
);
