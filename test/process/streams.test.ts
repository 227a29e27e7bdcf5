import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Daemon } from '../support/daemon.ts';
import { createFolder } from '../support/folder.ts';

const READER = '10.0.0.9:10000';
const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

/** One of the examples, in a folder of its own, with a token for its ID. */
async function startExample(
  t: TestContext,
  daemon: Daemon,
  kind: 'forwarder' | 'receiver',
  id: string,
  ...args: string[]
): Promise<ChildProcess> {
  const { stdout, code } = await daemon.run('token', 'create', kind, id);
  assert.equal(code, 0);
  const { port } = await daemon.listener();
  const server = `ws://127.0.0.1:${port}`;
  const child = spawn(
    process.execPath,
    [`${EXAMPLES}/${kind}/main.ts`, '--server', server, '--id', id, ...args],
    {
      cwd: createFolder(t),
      env: { PATH: process.env.PATH, STREAM_TOKEN: stdout.trim() },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** The numbers of the events that a receiver prints, as they come, until there are so many. */
async function readNumbers(receiver: ChildProcess, count: number): Promise<number[]> {
  const numbers: number[] = [];
  for await (const line of createInterface({ input: receiver.stdout as NodeJS.ReadableStream })) {
    numbers.push(JSON.parse(line).seq);
    if (numbers.length === count) break;
  }
  return numbers;
}

function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => `line ${from + i}\n`).join('');
}

test('what a forwarder sends comes to a receiver once and in order, from the beginning and then live', async (t) => {
  const daemon = await Daemon.start(t);
  const forwarder = await startExample(t, daemon, 'forwarder', 'fwd-a', '--reader', READER);
  forwarder.stdin?.write(lines(0, 1000));
  const early = await startExample(t, daemon, 'receiver', 'rcv-a', `fwd-a/${READER}`);
  assert.deepEqual(
    await readNumbers(early, 1000),
    Array.from({ length: 1000 }, (_, i) => i + 1),
  );
  const late = await startExample(t, daemon, 'receiver', 'rcv-b', `fwd-a/${READER}`);
  forwarder.stdin?.end(lines(1000, 1500));
  assert.deepEqual(
    await readNumbers(late, 1500),
    Array.from({ length: 1500 }, (_, i) => i + 1),
  );
  if (forwarder.exitCode === null) await once(forwarder, 'exit');
  assert.equal(forwarder.exitCode, 0);
});

test('kills of worker and store, and a handover, cost a receiver no event and bring none twice', async (t) => {
  const daemon = await Daemon.start(t, '[daemon]\nmax_restarts = 50\nrestart_cooldown_secs = 1\n');
  const forwarder = await startExample(t, daemon, 'forwarder', 'fwd-a', '--reader', READER);
  const receiver = await startExample(t, daemon, 'receiver', 'rcv-a', `fwd-a/${READER}`);
  const numbers = readNumbers(receiver, 1200);
  for (const [index, role] of (['store', 'worker', 'handover', 'store', 'worker'] as const).entries()) {
    forwarder.stdin?.write(lines(index * 200, index * 200 + 200));
    if (role === 'handover') await daemon.control('restart', { scope: 'workers' });
    else {
      const pid = await daemon.pidOf(role);
      process.kill(pid, 'SIGKILL');
      await daemon.pidOf(role, pid);
    }
  }
  forwarder.stdin?.end(lines(1000, 1200));
  const seen = await numbers;
  assert.deepEqual(
    [...new Set(seen)].toSorted((a, b) => a - b),
    Array.from({ length: 1200 }, (_, i) => i + 1),
  );
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
  if (forwarder.exitCode === null) await once(forwarder, 'exit');
  assert.equal(forwarder.exitCode, 0);
});

test('a device without a token, or with a revoked one, is told so', async (t) => {
  const daemon = await Daemon.start(t);
  const { port } = await daemon.listener();
  const refusedWith = async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/v1/forwarders`, { headers } as never);
    const [message] = (await once(socket, 'message')) as [MessageEvent];
    const [close] = (await once(socket, 'close')) as [CloseEvent];
    return [JSON.parse(message.data).code, close.code];
  };
  assert.deepEqual(await refusedWith('nonsense'), ['INVALID_TOKEN', 1008]);
  const created = JSON.parse((await daemon.run('token', 'create', 'forwarder', 'fwd-a', '--json')).stdout);
  assert.equal((await daemon.run('token', 'revoke', created.tokenId)).code, 0);
  assert.deepEqual(await refusedWith(created.token), ['INVALID_TOKEN', 1008]);
  assert.match((await daemon.run('token', 'list')).stdout, /fwd-a +\S+ +revoked/);
  assert.equal((await daemon.run('token', 'create', 'toaster', 'a')).code, 1);
});
