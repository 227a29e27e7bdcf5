import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { acceptTls } from '../../../src/tls/accept.ts';
import { HandshakeError } from '../../../src/tls/tls-error.ts';
import { type Accepted, AcceptingServer, authority, createContext, server } from './accepting-server.ts';
import { inDays, makeAuthority, makeCertificate } from './make-certificates.ts';
import { withoutOpenssl } from './openssl.ts';

function assertRefused({ raw, error }: Accepted, code: HandshakeError['code'], message: RegExp): void {
  assert.ok(error instanceof HandshakeError, 'the handshake came about');
  assert.equal(error.code, code);
  assert.match(error.message, message);
  assert.ok(raw.destroyed);
}

/** Takes the first bytes off the socket and puts them back, as the detection of a protocol does. */
async function putBack(raw: Socket, bytesMin = 1): Promise<void> {
  let head = Buffer.alloc(0);
  while (head.length < bytesMin) {
    raw.resume();
    const [chunk] = (await once(raw, 'data')) as [Buffer];
    raw.pause();
    head = Buffer.concat([head, chunk]);
  }
  raw.unshift(head);
}

/** Also when it is reset, which `once` would reject for. */
async function untilClosed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
}

async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

for (const [what, prepare] of [
  ['a socket that nobody has read', undefined],
  ['a socket whose first bytes were put back', putBack],
  ['a socket whose whole first message was put back', (raw: Socket) => putBack(raw, 200)],
] as const) {
  test(`${what} becomes a paused stream that brings every byte`, async (t) => {
    const accepting = await AcceptingServer.start(t, {}, prepare);
    const payload = randomBytes(8 * 1024 * 1024);
    const client = accepting.connect(t, { ALPNProtocols: ['h2', 'http/1.1'] });
    client.end(payload);
    const { secure } = await accepting.next();
    assert.ok(secure);
    assert.equal(secure.isPaused(), true);
    assert.equal(secure.alpnProtocol, 'http/1.1');
    assert.equal(digest(await readAll(secure)), digest(payload));
  });
}

test('bytes go the other way as well, and an end is an end', async (t) => {
  const accepting = await AcceptingServer.start(t, {}, putBack);
  const client = accepting.connect(t);
  const { secure } = await accepting.next();
  const payload = randomBytes(1024 * 1024);
  secure?.end(payload);
  assert.equal(digest(await readAll(client)), digest(payload));
});

test('a client that sends its handshake a byte at a time is served', async (t) => {
  const accepting = await AcceptingServer.start(t, {}, putBack);
  const proxy = createServer((near) => {
    const far = connect({ port: accepting.port, host: '127.0.0.1', noDelay: true });
    t.after(() => far.destroy());
    far.pipe(near);
    near.on('data', async (chunk: Buffer) => {
      near.pause();
      for (const byte of chunk) await new Promise((sent) => far.write(Buffer.of(byte), sent));
      near.resume();
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => proxy.close());
  const { port } = proxy.address() as { port: number };
  const client = connectTls({ port, servername: 'localhost', ca: authority.certificate, host: '127.0.0.1' });
  t.after(() => client.destroy());
  client.write('hello');
  const { secure } = await accepting.next();
  assert.ok(secure);
  const [chunk] = await once(secure.resume(), 'data');
  assert.equal(String(chunk), 'hello');
});

test('plain text is told as such, and HTTP by its name', async (t) => {
  const accepting = await AcceptingServer.start(t);
  const http = /^the client spoke plain text \(it looks like HTTP\) on a TLS listener/;
  const other = /^the client spoke plain text \(its first bytes are no TLS record\) on a TLS listener/;
  const texts: [string | Buffer, RegExp][] = [
    ['GET / HTTP/1.1\r\n\r\n', http],
    ['POST /a HTTP/1.1\r\n\r\n', http],
    ['CONNECT a:1 HTTP/1.1\r\n\r\n', http],
    ['<34>1 2003-10-11T22:14:15.003Z host', other],
    ['{"message":"hello"}\n', other],
    [Buffer.from([0, 0, 1, 44, 5, 6, 7, 8, 9, 10]), other],
    [Buffer.alloc(4096), other],
  ];
  for (const [text, message] of texts) {
    const client = await accepting.open(t);
    client.write(text);
    assertRefused(await accepting.next(), 'ERR_TLS_PLAINTEXT', message);
    await untilClosed(client);
  }
});

test('noise inside a TLS record is refused in words', async (t) => {
  const accepting = await AcceptingServer.start(t);
  for (const hex of ['160301000501020304ff', '160301ffff01020304ff', `1603010100${'ab'.repeat(256)}`]) {
    const client = await accepting.open(t);
    client.write(Buffer.from(hex, 'hex'));
    assertRefused(await accepting.next(), 'ERR_TLS_HANDSHAKE', /^the TLS handshake failed: [a-z ]+$/);
  }
});

/** The first message of a real client. */
async function captureHello(): Promise<Buffer> {
  const listening = createServer();
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as { port: number };
  const client = connectTls({ port, host: '127.0.0.1' }).on('error', () => {});
  const [socket] = (await once(listening, 'connection')) as [Socket];
  const [hello] = await once(socket, 'data');
  client.destroy();
  socket.destroy();
  listening.close();
  return hello;
}

test('a client that ends or resets at any stage is refused, never left over', async (t) => {
  const hello = await captureHello();
  for (const prepare of [undefined, (raw: Socket) => putBack(raw).catch(() => {})]) {
    const accepting = await AcceptingServer.start(t, {}, prepare);
    for (const length of [1, 4, 5, 50, hello.length - 1, hello.length]) {
      for (const leave of ['end', 'resetAndDestroy'] as const) {
        const client = await accepting.open(t);
        await new Promise((sent) => client.write(hello.subarray(0, length), sent));
        // With all of it the server answers; without that the reset may overtake what was sent.
        if (length === hello.length) await once(client, 'data');
        client[leave]();
        assertRefused(await accepting.next(), 'ERR_TLS_HANDSHAKE', /the client went away during the TLS/);
      }
    }
  }
});

test('a client that leaves without a byte is told apart', async (t) => {
  const accepting = await AcceptingServer.start(t);
  (await accepting.open(t)).end();
  assertRefused(
    await accepting.next(),
    'ERR_TLS_HANDSHAKE',
    /went away before the TLS handshake without a byte/,
  );
});

test('a socket that has ended or broken before the handshake is refused at once', async (t) => {
  const ended = await AcceptingServer.start(t, {}, async (raw) => {
    raw.resume();
    await once(raw, 'end');
  });
  (await ended.open(t)).end('x');
  assertRefused(await ended.next(), 'ERR_TLS_HANDSHAKE', /went away/);
  const buffered = await AcceptingServer.start(t, {}, async (raw) => {
    // All bytes and the end are in, but not read yet.
    while (
      raw.readableLength < 5 ||
      !(raw as unknown as { _readableState: { ended: boolean } })._readableState.ended
    ) {
      raw.read(0);
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  (await buffered.open(t)).end(Buffer.from('1603010200', 'hex'));
  assertRefused(await buffered.next(), 'ERR_TLS_HANDSHAKE', /went away/);
  const broken = await AcceptingServer.start(t, {}, async (raw) => {
    raw.destroy();
  });
  await broken.open(t);
  assertRefused(await broken.next(), 'ERR_TLS_HANDSHAKE', /went away/);
});

test('a client that says too little is refused when its time is over, or was over before', async (t) => {
  const hello = await captureHello();
  for (const length of [0, 3, hello.length - 1, hello.length]) {
    const timeout = new AbortController();
    const accepting = await AcceptingServer.start(t, { timeout: timeout.signal });
    const refused = /^no TLS handshake in time \(network\.connection_timeout_secs\)/;
    for (const isOver of [false, true]) {
      const client = await accepting.open(t);
      client.write(hello.subarray(0, length));
      if (!isOver) {
        if (length === hello.length) await once(client, 'data');
        timeout.abort();
      }
      assertRefused(await accepting.next(), 'ERR_TLS_HANDSHAKE_TIMEOUT', refused);
      await untilClosed(client);
    }
  }
});

test('an older protocol, an unknown cipher or application protocol is told in words', async (t) => {
  const accepting = await AcceptingServer.start(t);
  const cases = [
    [{ maxVersion: 'TLSv1.2' }, /older version of the TLS protocol than tls\.min_version allows/],
    [{ ciphers: 'TLS_AES_128_CCM_SHA256' }, /no cipher in common/],
    [{ ALPNProtocols: ['h2'] }, /asked \(by ALPN\) for a protocol only that this listener does not speak/],
    [{ ca: [] }, /went away during the TLS handshake; it may not trust the certificate/],
  ] as const;
  for (const [options, message] of cases) {
    accepting.connect(t, options as object);
    assertRefused(await accepting.next(), 'ERR_TLS_HANDSHAKE', message);
  }
});

test('TLS 1.2 is served where it is allowed, and cannot be renegotiated', {
  skip: withoutOpenssl,
}, async (t) => {
  const accepting = await AcceptingServer.start(t, { context: createContext({ minVersion: 'TLSv1.2' }) });
  const client = spawn('openssl', ['s_client', '-tls1_2', '-connect', `127.0.0.1:${accepting.port}`]);
  t.after(() => client.kill());
  let told = '';
  for (const stream of [client.stdout, client.stderr]) {
    stream.on('data', (chunk) => {
      told += chunk;
    });
  }
  const { secure } = await accepting.next();
  assert.equal(secure?.getProtocol(), 'TLSv1.2');
  secure?.resume();
  client.stdin.write('R\n');
  await once(client, 'close');
  assert.match(told, /no renegotiation/);
});

test('a reset after the handshake ends the stream and nothing else', async (t) => {
  const accepting = await AcceptingServer.start(t, {}, putBack);
  const socket = connect(accepting.port, '127.0.0.1');
  accepting.connect(t, { socket });
  const { secure } = await accepting.next();
  assert.ok(secure);
  secure.resume();
  socket.resetAndDestroy();
  await untilClosed(secure);
  assert.ok(secure.destroyed);
});

test('where a client certificate is required, only one of the authority will do', async (t) => {
  const clients = await makeAuthority('Clients');
  const context = createContext({ clientAuthority: clients.certificate });
  const make = (from = clients, kind: 'client' | 'server' = 'client', at = new Date(), days = 10) =>
    makeCertificate(from, { kind, names: ['device-7'], days, key: server.key }, at);
  const pair = async (made: ReturnType<typeof make>) => {
    const { certificate: cert, key } = await made;
    return { cert, key };
  };
  for (const minVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const accepting = await AcceptingServer.start(t, {
      context: createContext({ clientAuthority: clients.certificate, minVersion }),
      requestCert: true,
    });
    const attempt = async (options: object) => {
      accepting.connect(t, { maxVersion: minVersion, ...options }).resume();
      return accepting.next();
    };
    const { secure } = await attempt(await pair(make()));
    assert.equal(secure?.getPeerCertificate().subject.CN, 'device-7');
    assertRefused(await attempt({}), 'ERR_TLS_HANDSHAKE', /the client has no certificate, and this listener/);
    for (const made of [make(authority), make(clients, 'server'), make(clients, 'client', inDays(-20))]) {
      assertRefused(
        await attempt(await pair(made)),
        'ERR_TLS_HANDSHAKE',
        /the client's certificate cannot be accepted: /,
      );
    }
  }
  const accepting = await AcceptingServer.start(t, { context });
  accepting.connect(t);
  assert.ok((await accepting.next()).secure, 'nobody is asked for one where it is not required');
});

test('where no authority is given, no client certificate is accepted', async (t) => {
  const accepting = await AcceptingServer.start(t, { requestCert: true });
  const { certificate: cert, key } = await makeCertificate(authority, { kind: 'client', key: server.key });
  accepting.connect(t, { cert, key });
  assertRefused(await accepting.next(), 'ERR_TLS_HANDSHAKE', /cannot be accepted/);
});

test('a session is resumed with a ticket', async (t) => {
  const accepting = await AcceptingServer.start(t);
  const first = accepting.connect(t).resume();
  const { secure } = await accepting.next();
  secure?.resume();
  const [session] = await once(first, 'session');
  const second = accepting.connect(t, { session });
  const { secure: resumed } = await accepting.next();
  assert.ok(resumed?.isSessionReused());
  assert.ok(second);
});

test('acceptTls gives up a socket that was destroyed while it shook hands', async (t) => {
  const listening = createServer({ pauseOnConnect: true });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  t.after(() => listening.close());
  const client = connect((listening.address() as { port: number }).port, '127.0.0.1').on('error', () => {});
  const [raw] = (await once(listening, 'connection')) as [Socket];
  const accepting = acceptTls(raw, {
    context: createContext(),
    alpn: [],
    timeout: new AbortController().signal,
  });
  setImmediate(() => raw.destroy());
  await assert.rejects(accepting, { code: 'ERR_TLS_HANDSHAKE' });
  client.destroy();
});
