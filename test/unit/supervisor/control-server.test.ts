import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '../../../src/config/config-error.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { Paths } from '../../../src/config/paths.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import { callControl, followControl } from '../../../src/supervisor/control-client.ts';
import { type ControlMethods, ControlServer } from '../../../src/supervisor/control-server.ts';
import type { ControlStream } from '../../../src/supervisor/control-stream.ts';
import { createFolder } from '../../support/folder.ts';
import { silentLogger } from '../../support/logger.ts';

const STOP = { stop: async () => ({ pid: 7 }) } satisfies ControlMethods;

async function startServer(t: TestContext, methods: ControlMethods): Promise<Paths> {
  const { config } = await loadConfig({ cwd: createFolder(t), env: {} });
  const paths = resolvePaths(config, {});
  const server = new ControlServer(paths.controlSocket, methods, silentLogger);
  await server.start();
  t.after(() => server.close());
  return paths;
}

/** A client that sends what it likes. */
async function open(t: TestContext, { controlSocket }: Paths): Promise<Socket> {
  const socket = connect(controlSocket);
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Sends the text and reads so many lines. */
async function exchange(socket: Socket, text: string, count: number): Promise<Record<string, unknown>[]> {
  socket.write(text);
  const answers: Record<string, unknown>[] = [];
  for await (const line of createInterface({ input: socket })) {
    answers.push(JSON.parse(line));
    if (answers.length === count) break;
  }
  return answers;
}

function call(method: string, id: unknown = 1, params: object = {}): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
}

test('the socket and its folder are for their user only, and gone afterwards', async (t) => {
  const { config } = await loadConfig({ cwd: createFolder(t), env: {} });
  const { controlSocket, runtimeDirectory } = resolvePaths(config, {});
  const server = new ControlServer(controlSocket, STOP, silentLogger);
  await server.start();
  assert.equal(statSync(controlSocket).mode & 0o777, 0o600);
  assert.equal(statSync(runtimeDirectory).mode & 0o777, 0o700);
  await server.close();
  assert.equal(existsSync(controlSocket), false);
});

test('a method is called with its params and answers', async (t) => {
  const asked: unknown[] = [];
  const paths = await startServer(t, {
    stop: async (params) => {
      asked.push(params);
      return { pid: 7 };
    },
  });
  assert.deepEqual(await callControl(paths, 'stop', { mode: 'quick' }), { pid: 7 });
  assert.deepEqual(asked, [{ mode: 'quick' }]);
});

test('an error comes with its code, and a refused configuration with its problems', async (t) => {
  const problem = {
    code: 'CFG0102',
    severity: 'error',
    key: 'network.prot',
    message: 'unknown key',
  } as const;
  const paths = await startServer(t, {
    reload: () => Promise.reject(new ConfigError([problem])),
    stop: () => Promise.reject(Object.assign(new Error('no'), { code: 'ERR_NO' })),
  });
  await assert.rejects(callControl(paths, 'reload', {}), { code: 'ERR_CONFIG_INVALID', problems: [problem] });
  await assert.rejects(callControl(paths, 'stop', { mode: 'quick' }), {
    name: 'ControlError',
    code: 'ERR_NO',
    message: 'no',
    problems: undefined,
  });
});

test('a server of another version is told from one that fails', async (t) => {
  const paths = await startServer(t, STOP);
  await assert.rejects(callControl(paths, 'history'), { code: 'ERR_CONTROL_METHOD', message: /restart it/ });
});

const DEEP = '['.repeat(30_000) + ']'.repeat(30_000);
for (const [what, line, code] of [
  ['garbage', '\u0000\u0001garbage', -32700],
  ['half an object', '{"method":', -32700],
  ['a batch', `[${call('stop').trim()}]`, -32600],
  ['deep lists', DEEP, -32600],
  ['nothing', 'null', -32600],
  ['a number', '1', -32600],
  ['no method', '{"id":1}', -32600],
  ['a deep identifier', `{"id":${DEEP},"method":"stop"}`, -32600],
  ['params by position', '{"id":1,"method":"stop","params":[1]}', -32600],
  ['an unknown method', call('start').trim(), -32601],
  ['a method of every object', call('constructor').trim(), -32601],
  ['the prototype', call('__proto__').trim(), -32601],
  ['a long name', call('x'.repeat(60_000)).trim(), -32601],
] as const) {
  test(`${what} in place of a request is answered, and the next request too`, async (t) => {
    const socket = await open(t, await startServer(t, STOP));
    const [refusal, answer] = await exchange(socket, `${line}\n\n${call('stop', 'next')}`, 2);
    assert.equal((refusal?.error as { code: number } | undefined)?.code, code);
    assert.ok(JSON.stringify(refusal).length < 500);
    assert.deepEqual(answer, { jsonrpc: '2.0', id: 'next', result: { pid: 7 } });
  });
}

test('deep params and params with unusual names reach the method as they are', async (t) => {
  const paths = await startServer(t, STOP);
  const socket = await open(t, paths);
  const line = `{"id":1,"method":"stop","params":{"__proto__":{"mode":"quick"},"mode":${DEEP}}}\n`;
  const [answer] = await exchange(socket, line, 1);
  assert.deepEqual(answer?.result, { pid: 7 });
});

test('a notification is obeyed without an answer', async (t) => {
  const stopped = Promise.withResolvers<void>();
  const paths = await startServer(t, {
    stop: async () => {
      stopped.resolve();
      return { pid: 7 };
    },
    reopen: async () => ({ files: [] }),
  });
  const socket = await open(t, paths);
  const [answer] = await exchange(socket, `{"jsonrpc":"2.0","method":"stop"}\n${call('reopen', 2)}`, 1);
  assert.equal(answer?.id, 2);
  await stopped.promise;
});

test('a line without an end is refused and its client closed', async (t) => {
  const socket = await open(t, await startServer(t, STOP));
  const closed = once(socket, 'close');
  const [refusal] = await exchange(socket, 'x'.repeat(200_000), 1);
  assert.match(JSON.stringify(refusal), /at most 65536 characters/);
  await closed;
});

test('a client that closes its side gets the answers to what it has asked', async (t) => {
  const gate = Promise.withResolvers<void>();
  const paths = await startServer(t, {
    stop: async () => {
      await gate.promise;
      return { pid: 7 };
    },
  });
  const socket = await open(t, paths);
  socket.end(`${call('stop', 1)}${call('stop', 2)}`);
  await once(socket, 'finish');
  gate.resolve();
  const answers: unknown[] = [];
  for await (const line of createInterface({ input: socket })) answers.push(JSON.parse(line).id);
  assert.deepEqual(answers, [1, 2]);
});

test('of one client at most 16 calls run at a time, and all are answered', async (t) => {
  let running = 0;
  let most = 0;
  const gates: (() => void)[] = [];
  const full = Promise.withResolvers<void>();
  const paths = await startServer(t, {
    stop: async () => {
      running += 1;
      most = Math.max(most, running);
      if (gates.length < 16) {
        await new Promise<void>((resolve) => {
          gates.push(resolve);
          if (gates.length === 16) full.resolve();
        });
      }
      running -= 1;
      return { pid: 7 };
    },
  });
  const socket = await open(t, paths);
  const answers = exchange(socket, Array.from({ length: 1000 }, (_, i) => call('stop', i)).join(''), 1000);
  await full.promise;
  assert.equal(running, 16);
  for (const release of gates) release();
  assert.equal((await answers).length, 1000);
  assert.equal(most, 16);
});

test('a client that asks without reading is not read further', async (t) => {
  let calls = 0;
  const paths = await startServer(t, {
    stop: async () => ({ pid: 7 }),
    tail: async () => {
      calls += 1;
      return { lines: ['x'.repeat(100_000)] };
    },
  });
  const greedy = await open(t, paths);
  greedy.pause();
  greedy.write(call('tail').repeat(5000));
  // Others are served all the while.
  for (let i = 0; i < 20; i += 1) await callControl(paths, 'stop', { mode: 'quick' });
  assert.ok(calls < 100, `${calls} calls`);
  const [first] = await exchange(greedy, '', 1);
  assert.ok(first?.result);
});

test('when all connections are taken, a silent one makes room, and calls that run are left alone', async (t) => {
  const gate = Promise.withResolvers<void>();
  const paths = await startServer(t, {
    ...STOP,
    reopen: async () => {
      await gate.promise;
      return { files: [] };
    },
  });
  const busy = await open(t, paths);
  busy.write(call('reopen'));
  const others = [];
  for (let i = 0; i < 63; i += 1) others.push(await open(t, paths));
  const evicted = Promise.any(others.map((socket) => once(socket, 'close')));
  await untilAnswered(paths);
  await evicted;
  gate.resolve();
  assert.deepEqual((await exchange(busy, '', 1))[0]?.result, { files: [] });
});

test('a client beyond 64 that are being served is told to try again', async (t) => {
  const gate = Promise.withResolvers<void>();
  const full = Promise.withResolvers<void>();
  let running = 0;
  const paths = await startServer(t, {
    reopen: async () => {
      running += 1;
      if (running === 64) full.resolve();
      await gate.promise;
      return { files: [] };
    },
  });
  const answers = Array.from({ length: 64 }, () => callControl(paths, 'reopen'));
  await full.promise;
  await assert.rejects(callControl(paths, 'reopen'), { code: 'ERR_CONTROL_BUSY', message: /try again/ });
  gate.resolve();
  await Promise.all(answers);
});

/** An operator who tries again. */
async function untilAnswered(paths: Paths): Promise<void> {
  for (;;) {
    const answer = await callControl(paths, 'stop', { mode: 'quick' }).catch(() => undefined);
    if (answer !== undefined) return;
    await delay(100);
  }
}

test('a stream begins after the answer and ends with its client', async (t) => {
  const opened = Promise.withResolvers<ControlStream>();
  const paths = await startServer(t, {
    tail: async (_params, { openStream }) => {
      const stream = openStream('line');
      stream.send({ line: 'early' });
      opened.resolve(stream);
      return { lines: ['a', 'b'] };
    },
  });
  const end = new AbortController();
  const received: unknown[] = [];
  for await (const lines of followControl(paths, 10, end.signal)) {
    received.push(lines);
    if (received.length === 2) (await opened.promise).send({ line: 'late' });
    if (received.length === 3) break;
  }
  assert.deepEqual(received, [['a', 'b'], ['early'], ['late']]);
  const { closed } = await opened.promise;
  if (!closed.aborted) await once(closed, 'abort');
});

test('a client that does not read its stream is sent no more, and hears of it when it has read', async (t) => {
  const opened = Promise.withResolvers<ControlStream>();
  const paths = await startServer(t, {
    ...STOP,
    tail: async (_params, { openStream }) => {
      opened.resolve(openStream('line'));
      return { lines: [] };
    },
  });
  const socket = await open(t, paths);
  await exchange(socket, call('tail'), 1);
  socket.pause();
  const stream = await opened.promise;
  let sent = 0;
  while (stream.send({ line: 'x'.repeat(10_000) })) sent += 1;
  assert.ok(sent >= 100 && sent < 200, `${sent} lines of 10 kB`);
  await callControl(paths, 'stop', { mode: 'quick' });
  const taken = new Promise<void>((resolve) => stream.onceTaken(resolve));
  socket.resume();
  await taken;
  assert.equal(stream.send({ line: 'again' }), true);
});

test('nobody there, nobody answering, and an answer that is none are told apart', async (t) => {
  const paths = await startServer(t, {
    stop: () => new Promise(() => {}),
  });
  await assert.rejects(callControl(paths, 'stop', { mode: 'quick' }, { timeoutMs: 50 }), {
    code: 'ERR_CONTROL_TIMEOUT',
    message: 'the server did not answer within 0.05 s',
  });
  const nowhere = { ...paths, controlSocket: join(createFolder(t), 'control.sock') };
  await assert.rejects(callControl(nowhere, 'status'), {
    code: 'ERR_CONTROL_UNREACHABLE',
    message: /ENOENT/,
  });
});
