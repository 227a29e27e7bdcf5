import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EventBatch, NewEvent, PageLimits } from '../src/store/events/event-store.ts';
import { readStored } from '../src/store/events/read-stored.ts';
import { SqliteEventStore } from '../src/store/events/sqlite/sqlite-event-store.ts';

/**
 * Events a second into the event store and out of it, beside a bare loop over `node:sqlite` with the same
 * durability: `node bench/event-store.ts [seconds for each]`. The bare loop puts the batches of all callers into one
 * transaction, which is the best that they can hope for.
 */
const SECONDS = Number(process.argv[2] ?? 2);
const BATCH_EVENTS = [1, 50, 500];
const CALLERS = [1, 4, 16];
const REPLAY_EVENTS = 300_000;
const TAGS = 2000;

const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
try {
  console.log('events a batch, callers: store, bare loop (events/s); longest call, write-ahead log');
  for (const events of BATCH_EVENTS) {
    for (const callers of CALLERS) await compareAppends(events, callers);
  }
  await compareReplays();
} finally {
  rmSync(folder, { recursive: true });
}

async function compareAppends(events: number, callers: number): Promise<void> {
  const path = join(folder, `append-${events}-${callers}.db`);
  const store = new SqliteEventStore(path);
  await store.start();
  const deadline = performance.now() + SECONDS * 1000;
  let longestMs = 0;
  const counts = await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      let seq = 1;
      for (; performance.now() < deadline; seq += events) {
        const started = performance.now();
        await store.append([createBatch(caller, seq, events)]);
        longestMs = Math.max(longestMs, performance.now() - started);
      }
      return seq - 1;
    }),
  );
  const stored = counts.reduce((sum, count) => sum + count, 0) / SECONDS;
  const logBytes = statSync(`${path}-wal`).size;
  await store.close();
  const bare = appendBare(join(folder, `bare-${events}-${callers}.db`), events, callers);
  console.log(
    `${pad(events)} ${pad(callers)}: ${pad(stored)} ${pad(bare)}  ${(stored / bare).toFixed(2)};` +
      ` ${longestMs.toFixed(0)} ms, ${(logBytes / 1e6).toFixed(0)} MB`,
  );
}

function appendBare(path: string, events: number, callers: number): number {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE events (stream INTEGER, epoch INTEGER, seq INTEGER, received_at INTEGER, reader_timestamp TEXT,
      line TEXT, read_type TEXT, tag_id TEXT, PRIMARY KEY (stream, epoch, seq)) STRICT, WITHOUT ROWID`);
  const insert = database.prepare(
    'INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const deadline = performance.now() + SECONDS * 1000;
  let count = 0;
  for (let seq = 1; performance.now() < deadline; seq += events) {
    database.exec('BEGIN IMMEDIATE');
    for (let caller = 0; caller < callers; caller += 1) {
      for (const event of createBatch(caller, seq, events).events) {
        const { epoch, readerTimestamp, line, readType, tagId } = event;
        insert.run(caller, epoch, event.seq, Date.now(), readerTimestamp, line, readType, tagId);
        count += 1;
      }
    }
    database.exec('COMMIT');
  }
  database.close();
  return count / SECONDS;
}

async function compareReplays(): Promise<void> {
  const path = join(folder, 'replay.db');
  const store = new SqliteEventStore(path);
  await store.start();
  for (let seq = 1; seq < REPLAY_EVENTS; seq += 5000) await store.append([createBatch(0, seq, 5000)]);
  const [stream] = await store.listStreams();
  const streamId = stream?.streamId as string;
  for (const eventsMax of [500, 2000]) {
    const rate = await replay(store, streamId, { eventsMax, bytesMax: 1e7 });
    console.log(`replay in pages of ${eventsMax}: ${pad(rate)} events/s`);
  }
  let isReplaying = true;
  let longestMs = 0;
  const appended = (async () => {
    let seq = 1;
    for (; isReplaying; seq += 50) {
      const started = performance.now();
      await store.append([createBatch(1, seq, 50)]);
      longestMs = Math.max(longestMs, performance.now() - started);
    }
    return seq - 1;
  })();
  const started = performance.now();
  const rate = await replay(store, streamId, { eventsMax: 500, bytesMax: 1e7 });
  isReplaying = false;
  const appends = ((await appended) / (performance.now() - started)) * 1000;
  const logBytes = statSync(`${path}-wal`).size;
  console.log(
    `replay ${pad(rate)} beside batches of 50 ${pad(appends)} events/s;` +
      ` ${longestMs.toFixed(0)} ms, ${(logBytes / 1e6).toFixed(0)} MB`,
  );
  await store.close();
  const database = new DatabaseSync(path, { readOnly: true });
  const all = database.prepare('SELECT * FROM events WHERE epoch_id = 1 AND seq > ? ORDER BY seq LIMIT 500');
  const bareStarted = performance.now();
  let rows = 0;
  for (;;) {
    const page = all.all(rows).length;
    if (page === 0) break;
    rows += page;
  }
  console.log(
    `bare loop over pages of 500: ${pad((rows / (performance.now() - bareStarted)) * 1000)} rows/s`,
  );
  database.close();
}

async function replay(store: SqliteEventStore, streamId: string, limits: PageLimits): Promise<number> {
  const started = performance.now();
  let count = 0;
  for await (const page of readStored(store, streamId, limits)) count += page.length;
  return (count / (performance.now() - started)) * 1000;
}

function createBatch(caller: number, from: number, count: number): EventBatch {
  const events = Array.from({ length: count }, (_, i): NewEvent => {
    const tagId = String((from + i) % TAGS).padStart(12, '0');
    return {
      readerIp: '10.0.0.9:10000',
      epoch: 1,
      seq: from + i,
      readerTimestamp: '2026-03-01T09:00:00.010',
      line: `aa40${tagId}0a2a01123018455927a7`,
      readType: 'raw',
      tagId,
    };
  });
  return { forwarderId: `fwd-${caller}`, displayName: null, events };
}

function pad(value: number): string {
  return value.toFixed(0).padStart(7);
}
