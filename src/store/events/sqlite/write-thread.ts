import assert from 'node:assert';
import { parentPort, workerData } from 'node:worker_threads';
import { EventWriter, type WriteCall } from './event-writer.ts';
import { type Calls, serveCalls } from './thread-calls.ts';

/** The thread that commits: a sync blocks it for milliseconds, and the process's sockets not at all. */
assert(parentPort !== null);
const port = parentPort;
const path: string = workerData;
const writer = new EventWriter(path);

const calls = {
  open: () => writer.open(),
  commit: (at: number, writes: readonly WriteCall[]) => writer.commit(at, writes),
  close: () => {
    port.close();
    writer.close();
  },
} satisfies Calls;

export type WriteThreadCalls = typeof calls;

serveCalls(port, path, calls);
