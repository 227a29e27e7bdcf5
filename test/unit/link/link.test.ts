import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LinkClient } from '../../../src/link/client.ts';
import { encodeFrame, FRAME } from '../../../src/link/frame.ts';
import { LinkServer } from '../../../src/link/server.ts';
import { LogStore } from '../../../src/store/logs/log-store.ts';
import { LogQueue } from '../../../src/worker/log-queue.ts';
import { createBatch, createBodies } from '../../support/batches.ts';
import { createFolder } from '../../support/folder.ts';
import { readLogLines } from '../../support/log-lines.ts';
import { silentLogger } from '../../support/logger.ts';
import { LOGS_CONFIG } from '../../support/logs-config.ts';

interface Running {
  readonly logs: LogStore;
  stop(): Promise<void>;
}

async function startStore(folder: string): Promise<Running> {
  const logs = new LogStore(LOGS_CONFIG, join(folder, 'logs'), join(folder, 'ledger'), silentLogger);
  const server = new LinkServer(join(folder, 'link.sock'), logs, silentLogger);
  await logs.start();
  await server.start();
  return {
    logs,
    async stop() {
      await server.close();
      await logs.close();
    },
  };
}

function createClient(t: TestContext, folder: string): LinkClient {
  const client = new LinkClient(join(folder, 'link.sock'), silentLogger);
  t.after(() => client.close());
  return client;
}

test('batches keep their order and each is stored once while the store restarts again and again', async (t) => {
  const folder = createFolder(t);
  const client = createClient(t, folder);
  let store = await startStore(folder);
  await client.open();
  const acknowledged: Promise<number>[] = [];
  for (let id = 0; id < 300; id += 1) {
    acknowledged.push(client.append(createBatch(createBodies(10, id * 10))));
    if (id % 50 === 25) {
      // In the middle of what is under way: the answers to it are lost.
      await acknowledged[id - 10];
      await store.stop();
      store = await startStore(folder);
    }
  }
  const sequences = await Promise.all(acknowledged);
  assert.deepEqual(
    sequences,
    sequences.map((_, i) => i * 10),
  );
  const lines = readLogLines(store.logs.currentFile);
  assert.deepEqual(
    lines,
    Array.from({ length: 3000 }, (_, i) => `${i} message ${i}`),
  );
  await store.stop();
});

test('a worker that starts before the store waits for it', async (t) => {
  const folder = createFolder(t);
  const client = createClient(t, folder);
  const opened = client.open();
  assert.equal(client.health.ready, false);
  const first = client.append(createBatch(['early']));
  const store = await startStore(folder);
  await opened;
  assert.equal(await first, 0);
  assert.equal(client.health.ready, true);
  const lost = once(client, 'health');
  await store.stop();
  assert.deepEqual((await lost)[0], { ready: false, reasons: ['the store is not reachable'] });
});

test('a peer that does not speak the protocol of the link is cut off, and others go on', async (t) => {
  const folder = createFolder(t);
  const store = await startStore(folder);
  t.after(() => store.stop());
  for (const bytes of [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    Buffer.alloc(100),
    encodeFrame(FRAME.append, 1, Buffer.alloc(3)),
    encodeFrame(FRAME.hello, 1, Buffer.from('not json')),
  ]) {
    const socket = connect(join(folder, 'link.sock'));
    socket.on('error', () => {});
    socket.end(bytes);
    await once(socket.resume(), 'close');
  }
  const client = createClient(t, folder);
  await client.open();
  assert.equal(await client.append(createBatch(['fine'])), 0);
});

test('the queue makes readers wait while buffer_size batches are not stored, and stores all of them', async (t) => {
  const folder = createFolder(t);
  const client = createClient(t, folder);
  const queue = new LogQueue(client, {
    ...LOGS_CONFIG,
    initial_batch_size: 10,
    max_batch_size: 10,
    buffer_size: 5,
  });
  const opened = client.open();
  let waits = 0;
  let store: Running | undefined;
  for (let i = 0; i < 1000; i += 1) {
    const body = Buffer.from(`message ${i}\n`);
    const start = queue.batch.begin(body.length);
    body.copy(queue.batch.bytes, start);
    queue.batch.commit(start + body.length);
    const room = queue.flush();
    assert.ok(queue.waitingCount <= 60);
    if (room === undefined) continue;
    waits += 1;
    store ??= await startStore(folder);
    await room;
    assert.ok(queue.waitingCount < 60);
  }
  await opened;
  assert.ok(waits >= 1);
  await queue.drain(new AbortController().signal);
  assert.equal(queue.waitingCount, 0);
  assert.ok(store);
  assert.equal(readLogLines(store.logs.currentFile).length, 1000);
  await store.stop();
});
