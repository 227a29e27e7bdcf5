import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { createFolder } from '../../support/folder.ts';
import { ENTRY } from './run-program.ts';
import { LogServer } from './send/log-server.ts';

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the verb beside the server of this process. */
function runSend(t: TestContext, ...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [ENTRY, 'send', ...args],
      { cwd: createFolder(t) },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : (error.code as unknown as number), stdout, stderr });
      },
    );
  });
}

test('a message is sent with the fields that the flags give', async (t) => {
  const server = await LogServer.open(t);
  const to = `127.0.0.1:${server.port}`;
  const { code, stdout, stderr } = await runSend(
    t,
    '--to',
    to,
    '--no-tls',
    '--level',
    'WARNING',
    '--logger=app',
    '--host-name',
    'me',
    'hello',
  );
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `sent 1 message to ${to}\n`, stderr: '' });
  const { message, level, loggerName, hostname } = server.records[0]!;
  assert.deepEqual(
    { message, level, loggerName, hostname },
    { message: 'hello', level: 'WARNING', loggerName: 'app', hostname: 'me' },
  );
});

test('the report is data with --json', async (t) => {
  const server = await LogServer.open(t);
  const { code, stdout } = await runSend(
    t,
    '--json',
    '--no-tls',
    '--to',
    `:${server.port}`,
    '--count',
    '1000',
    'x',
  );
  assert.equal(code, 0);
  const { sent, reconnects, possibly_lost } = JSON.parse(stdout);
  assert.deepEqual({ sent, reconnects, possibly_lost }, { sent: 1000, reconnects: 0, possibly_lost: 0 });
  assert.equal(server.records.length, 1000);
});

test('messages that may be lost end in exit code 1', async (t) => {
  const server = await LogServer.open(t);
  server.onRecord = (socket) => {
    if (server.connections === 1 && server.records.length === 900) socket.resetAndDestroy();
  };
  const args = ['--no-tls', '--to', `:${server.port}`, '--count', '2000', '--rate', '2000', 'x'];
  const { code, stdout } = await runSend(t, ...args);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^sent 2,000 messages .*\nreconnected 1 time\nof [\d,]+ messages sent on connections that broke, some may be lost/,
  );
});

test('flags that cannot be are usage errors', async (t) => {
  for (const [args, pattern] of [
    [['--count', '0', 'x'], /--count needs a whole number from 1/],
    [['--rate', 'fast', 'x'], /--rate needs a whole number/],
    [['--connections', '5000', 'x'], /--connections needs a whole number from 1 to 1000/],
    [['--level', 'loud', 'x'], /--level cannot be "loud"; it can be notset, debug/],
    [['--to', 'host:port', 'x'], /--to needs HOST:PORT/],
  ] as const) {
    const { code, stderr } = await runSend(t, ...args);
    assert.equal(code, 64, stderr);
    assert.match(stderr, pattern);
  }
});
