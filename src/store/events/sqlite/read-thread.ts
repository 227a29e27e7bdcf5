import assert from 'node:assert';
import { parentPort, workerData } from 'node:worker_threads';
import { EventReader } from './event-reader.ts';
import { serveCalls } from './thread-calls.ts';

/** The thread that reads: a long replay delays other readers by a page at the most, and no commit. */
assert(parentPort !== null);
const port = parentPort;
const path: string = workerData;
const reader = new EventReader(path);

const calls = {
  ...reader.calls,
  close: () => {
    port.close();
    reader.close();
  },
};

export type ReadThreadCalls = typeof calls;

serveCalls(port, path, calls);
