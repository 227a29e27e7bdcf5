import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Daemon } from '../support/daemon.ts';
import { createFolder } from '../support/folder.ts';
import { type Address, createFrames, openConnection, sendAndClose } from '../support/log-client.ts';
import { readLogLines } from '../support/log-lines.ts';

const TLS = '[tls]\nenabled = true\nauto_generate = true\n';
const LISTENERS = `${TLS}
[[listeners]]
name = "logs"
port = 0
tls = false
protocols = ["log-frames"]
[[listeners]]
name = "http"
port = 0
tls = false
protocols = ["http"]
`;

async function addressOf(daemon: Daemon, name = 'main'): Promise<Address> {
  const { address, port, tls } = await daemon.listener(name);
  return tls
    ? { address, port, ca: readFileSync(join(daemon.folder, 'data/certs/ca.crt')) }
    : { address, port };
}

/** Two MiB that are full quickly; false where that is not allowed. */
function mountSmallDisk(path: string): boolean {
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function fillDisk(path: string): void {
  assert.throws(() => writeFileSync(join(path, 'ballast'), Buffer.alloc(4 * 1024 * 1024)), {
    code: 'ENOSPC',
  });
}

async function request(address: Address, text: string): Promise<string> {
  const socket = await openConnection(address);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(text);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
}

test('one port takes log frames and HTTP, inside TLS and on plain listeners of their own', async (t) => {
  const daemon = await Daemon.start(t, LISTENERS);
  await sendAndClose(await openConnection(await addressOf(daemon)), createFrames('tls', 100));
  await sendAndClose(await openConnection(await addressOf(daemon, 'logs')), createFrames('plain', 100));
  for (const listener of ['main', 'http']) {
    for (const path of ['/healthz', '/readyz', '/api/health']) {
      assert.match(await request(await addressOf(daemon, listener), get(path)), /^HTTP\/1.1 200 OK\r\n/);
    }
    assert.match(await request(await addressOf(daemon, listener), get('/nothing')), /^HTTP\/1.1 404 /);
  }
  const post = 'POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc';
  assert.match(
    await request(await addressOf(daemon, 'http'), post),
    /^HTTP\/1.1 405 [\s\S]*Allow: GET, HEAD/,
  );
  await daemon.stop();
  assert.equal(readLogLines(daemon.logFile).length, 200);
});

test('openssl s_client brings frames in over TLS, with the certificate verified', async (t) => {
  const daemon = await Daemon.start(t, TLS);
  const { port } = await daemon.listener();
  const frames = createFrames('openssl', 50);
  writeFileSync(join(daemon.folder, 'frames'), frames);
  const ca = join(daemon.folder, 'data/certs/ca.crt');
  const client = spawn(
    'openssl',
    [
      's_client',
      '-quiet',
      '-no_ign_eof',
      '-connect',
      `127.0.0.1:${port}`,
      '-CAfile',
      ca,
      '-verify_return_error',
      '-verify_hostname',
      'localhost',
    ],
    {
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  client.stdin.end(readFileSync(join(daemon.folder, 'frames')));
  let said = '';
  client.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(client, 'close');
  assert.equal(code, 0, said);
  await daemon.stop();
  assert.equal(readLogLines(daemon.logFile).length, 50);
});

test('TLS 1.2 is refused where min_version is 1.3', async (t) => {
  const daemon = await Daemon.start(t, TLS);
  const { port } = await daemon.listener();
  await assert.rejects(
    promisify(execFile)('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-tls1_2']),
  );
  await daemon.waitForLog(/protocol/i);
});

test('plain text on a TLS listener is closed with one line that says why', async (t) => {
  const daemon = await Daemon.start(t, TLS);
  const { address, port } = await daemon.listener();
  for (let i = 0; i < 3; i += 1) await request({ address, port }, get('/healthz'));
  const { message } = await daemon.waitForLog(/plain text/);
  assert.match(String(message), /HTTP/);
  await sendAndClose(await openConnection({ address, port }), createFrames('plain', 1));
  assert.equal(daemon.log.filter((line) => /plain text/.test(String(line.message))).length, 1);
  assert.equal((await daemon.status()).counts['connections_failed.ERR_TLS_PLAINTEXT'], 4);
});

test('a listener refuses protocols that it does not list, and bytes that belong to none', async (t) => {
  const daemon = await Daemon.start(t, LISTENERS);
  await sendAndClose(await openConnection(await addressOf(daemon, 'http')), createFrames('wrong', 1));
  assert.equal(await request(await addressOf(daemon, 'logs'), get('/healthz')), '');
  assert.equal(await request(await addressOf(daemon), '\x7fELF'), '');
  assert.equal((await daemon.status()).counts['connections_refused.unknown_protocol'], 3);
});

test('a request that arrives a byte at a time is answered', async (t) => {
  const daemon = await Daemon.start(t);
  const socket = await openConnection(await addressOf(daemon));
  socket.setNoDelay(true);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  for (const byte of get('/healthz')) await new Promise((sent) => socket.write(byte, sent));
  await once(socket, 'close');
  assert.match(answer, /^HTTP\/1.1 200 OK/);
});

test('silent connections are closed after connection_timeout_secs; a log connection may stay silent', async (t) => {
  const daemon = await Daemon.start(t, `${LISTENERS}[network]\nport = 0\nconnection_timeout_secs = 1\n`);
  const speaking = await openConnection(await addressOf(daemon, 'logs'));
  speaking.write(createFrames('early', 1));
  const { address, port } = await daemon.listener();
  const silent = [
    await openConnection({ address, port }),
    await openConnection(await addressOf(daemon, 'logs')),
  ];
  await Promise.all(silent.map((socket) => once(socket, 'close')));
  const half = await openConnection(await addressOf(daemon, 'http'));
  half.write('GET /healthz HT');
  await once(half, 'close');
  await sendAndClose(speaking, createFrames('late', 1));
  await daemon.stop();
  assert.deepEqual(
    readLogLines(daemon.logFile).map((line) => line.split(' ').slice(-2).join(' ')),
    ['early 0', 'late 0'],
  );
});

test('connections beyond max_connections are closed, counted and told once', async (t) => {
  const daemon = await Daemon.start(t, '[network]\nport = 0\nmax_connections = 5\n');
  const address = await addressOf(daemon);
  const open = [];
  for (let i = 0; i < 5; i += 1) {
    const socket = await openConnection(address);
    await new Promise((sent) => socket.write(createFrames(`c${i}`, 1), sent));
    open.push(socket);
  }
  for (let i = 0; i < 3; i += 1) {
    const socket = connect({ host: address.address, port: address.port });
    socket.on('error', () => {});
    await once(socket, 'close');
  }
  const { counts, connections } = await daemon.status();
  assert.equal(counts['connections_refused.max_connections'], 3);
  assert.equal(connections.open, 5);
  await sendAndClose(open[0] as never, createFrames('again', 1));
  await sendAndClose(await openConnection(address), createFrames('fits', 1));
  assert.equal(daemon.log.filter(({ message }) => /too many connections/.test(String(message))).length, 1);
});

test('a stop while the disk is full says how many messages it cost', async (t) => {
  const folder = createFolder(t);
  const disk = join(folder, 'disk');
  if (!mountSmallDisk(disk)) {
    t.skip('no right to mount a small file system');
    return;
  }
  try {
    const toml = `[logs]\ndirectory = "${disk}"\nmax_retries = 1\nretry_delay_ms = 10\n[daemon]\nshutdown_timeout_secs = 2\n`;
    const daemon = await Daemon.start(t, toml, { folder });
    fillDisk(disk);
    const socket = await openConnection(await addressOf(daemon));
    socket.write(createFrames('full', 100));
    await daemon.waitForLog(/the disk that holds .* is full/);
    assert.equal(await daemon.stop(), 0);
    const { messages } = await daemon.waitForLog(/lost messages that the store did not take/);
    assert.equal(messages, 100);
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
});

test('a full disk stops reading and makes readyz say 503; with room again nothing is missing', async (t) => {
  const disk = join(createFolder(t), 'disk');
  if (!mountSmallDisk(disk)) {
    t.skip('no right to mount a small file system');
    return;
  }
  try {
    const full = await Daemon.start(
      t,
      `[logs]\ndirectory = "${disk}"\nmax_retries = 1\nretry_delay_ms = 10\n`,
    );
    fillDisk(disk);
    const address = await addressOf(full);
    const socket = await openConnection(address);
    socket.end(createFrames('full', 1000));
    await full.waitForLog(/the disk that holds .* is full/);
    // The worker hears of it from the store, on another way than the log.
    let answer = '';
    while (!answer.startsWith('HTTP/1.1 503 ')) answer = await request(address, get('/readyz'));
    assert.match(answer, /the disk that holds .* is full/);
    assert.match(await request(address, get('/healthz')), /^HTTP\/1.1 200 /);
    assert.equal((await full.status()).ready, false);
    execFileSync('rm', [join(disk, 'ballast')]);
    await full.waitForLog(/can be written again/);
    while (!answer.startsWith('HTTP/1.1 200 ')) answer = await request(address, get('/readyz'));
    if (!socket.destroyed) await once(socket, 'close');
    assert.equal(await full.stop(), 0);
    assert.equal(readLogLines(join(disk, '_main.log')).length, 1000);
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
});
