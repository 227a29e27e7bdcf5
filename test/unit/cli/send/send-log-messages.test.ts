import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type SendOptions, sendLogMessages } from '../../../../src/cli/send/send-log-messages.ts';
import { createFolder } from '../../../support/folder.ts';
import { LogServer } from './log-server.ts';

const openssl = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed';

function send(server: { target: SendOptions['target'] }, options: Partial<SendOptions> = {}) {
  return sendLogMessages({
    target: server.target,
    tls: undefined,
    message: 'hello',
    count: 1,
    connections: 1,
    isPersistent: (options.count ?? 1) > 1,
    record: { loggerName: 'send' },
    ...options,
  });
}

/** A self-signed certificate for 127.0.0.1. */
function createCertificate(t: TestContext) {
  const folder = createFolder(t);
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    // biome-ignore format: a command line
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile, '-out', certFile,
      '-days', '2', '-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1'],
    { stdio: 'ignore' },
  );
  return { caFile: certFile, tls: { key: readFileSync(keyFile), cert: readFileSync(certFile) } };
}

const sortNumbers = (messages: readonly unknown[]) =>
  messages.map((message) => Number(/\d+$/.exec(String(message))?.[0])).sort((a, b) => a - b);

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test('one message arrives as it is', async (t) => {
  const server = await LogServer.open(t);
  const report = await send(server);
  assert.deepEqual(server.messages, ['hello']);
  assert.equal(server.records[0]?.loggerName, 'send');
  assert.deepEqual(
    { ...report, seconds: 0, rate: 0 },
    {
      sent: 1,
      seconds: 0,
      rate: 0,
      connections: 1,
      reconnects: 0,
      possibly_lost: 0,
    },
  );
});

test('many messages are numbered in their order', async (t) => {
  const server = await LogServer.open(t);
  const report = await send(server, { count: 5000 });
  assert.deepEqual(
    server.messages,
    upTo(5000).map((number) => `hello #${number}`),
  );
  assert.equal(report.sent, 5000);
});

test('the number stands where the message wants it', async (t) => {
  const server = await LogServer.open(t);
  await send(server, { count: 2, message: 'no. {n}!' });
  assert.deepEqual(server.messages, ['no. 1!', 'no. 2!']);
});

test('several connections share the messages', async (t) => {
  const server = await LogServer.open(t);
  const report = await send(server, { count: 5000, connections: 4, rate: 20_000 });
  assert.deepEqual(sortNumbers(server.messages), upTo(5000));
  assert.equal(server.connections, 4);
  assert.equal(report.connections, 4);
});

test('a connection that breaks is opened again, and the report tells what may be lost', async (t) => {
  const server = await LogServer.open(t);
  server.onRecord = (socket) => {
    if (server.connections === 1 && server.records.length === 700) socket.resetAndDestroy();
  };
  const report = await send(server, { count: 3000, rate: 2000 });
  assert.equal(report.sent, 3000);
  assert.equal(report.reconnects, 1);
  const arrived = sortNumbers(server.messages);
  assert.deepEqual(arrived, [...new Set(arrived)], 'nothing is sent twice');
  assert.equal(arrived.at(-1), 3000);
  const lost = 3000 - arrived.length;
  assert.ok(lost <= report.possibly_lost, `${lost} lost, ${report.possibly_lost} reported`);
});

test('a server that closes each connection at once is given up', async (t) => {
  const server = await LogServer.open(t);
  server.onRecord = (socket) => socket.destroy();
  await assert.rejects(send(server, { count: 1000, rate: 100 }), { code: 'ERR_SEND_REFUSED', exitCode: 69 });
  assert.equal(server.connections, 3);
});

test('a single message that the server does not want fails', async (t) => {
  const server = await LogServer.open(t);
  server.onRecord = (socket) => socket.destroy();
  await assert.rejects(send(server), {
    code: 'ERR_SEND_REFUSED',
    message: /closed the connection.*--no-tls/,
  });
  assert.equal(server.connections, 1);
});

test('a port where nobody listens is told', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  await assert.rejects(send({ target: { host: '127.0.0.1', port } }), {
    code: 'ERR_SEND_UNREACHABLE',
    exitCode: 69,
    message: new RegExp(`cannot reach 127\\.0\\.0\\.1:${port}: connection refused`),
  });
});

test('messages go over TLS to a server whose authority is given, or to any', { skip: openssl }, async (t) => {
  const { caFile, tls } = createCertificate(t);
  const server = await LogServer.open(t, tls);
  await send(server, { tls: { caFile, isInsecure: false }, count: 3000 });
  await send(server, { tls: { caFile: undefined, isInsecure: true } });
  assert.equal(server.records.length, 3001);
});

test('a certificate of an unknown authority is refused with what to give', { skip: openssl }, async (t) => {
  const server = await LogServer.open(t, createCertificate(t).tls);
  const { caFile } = createCertificate(t);
  for (const file of [undefined, caFile]) {
    await assert.rejects(send(server, { tls: { caFile: file, isInsecure: false } }), {
      code: 'ERR_SEND_TLS',
      exitCode: 69,
      message: /is not trusted: .*--tls-ca FILE/,
    });
  }
  assert.deepEqual(server.records, []);
});

test('a file with an authority that cannot be read is told', async (t) => {
  const server = await LogServer.open(t);
  await assert.rejects(send(server, { tls: { caFile: '/nonexistent/ca.crt', isInsecure: false } }), {
    code: 'ERR_SEND_CA',
    exitCode: 1,
    message: /\/nonexistent\/ca\.crt/,
  });
});

test('TLS to a port without it, and the other way round, is told', { skip: openssl }, async (t) => {
  const plain = await LogServer.open(t);
  await assert.rejects(send(plain, { tls: { caFile: undefined, isInsecure: true } }), {
    code: 'ERR_SEND_TLS',
    message: /use --no-tls/,
  });
  const secure = await LogServer.open(t, createCertificate(t).tls);
  await assert.rejects(send(secure), { code: 'ERR_SEND_REFUSED', message: /leave out --no-tls/ });
});
