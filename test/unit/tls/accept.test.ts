import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { before, type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import type { TlsMaterial } from '../../../src/process/messages.ts';
import { acceptTls } from '../../../src/tls/accept.ts';
import { createTlsContext } from '../../../src/tls/context.ts';
import { createAuthority, issueCertificate } from '../../../src/tls/issue.ts';
import type { HandshakeError } from '../../../src/tls/tls-error.ts';

let material: TlsMaterial;
let ca: string;

before(async () => {
  const authority = await createAuthority('Test authority');
  const server = await issueCertificate(authority, { kind: 'server', names: ['localhost'], days: 1 });
  ca = authority.certificate;
  material = { ...server, authority: undefined, minVersion: 'TLSv1.3' };
});

interface Accepted {
  readonly port: number;
  /** What came of each connection: everything that was received, or the error. */
  readonly results: AsyncIterator<Buffer | HandshakeError>;
}

/** Looks at the first bytes and puts them back before the handshake, as the detection does. */
async function serve(t: TestContext, { peek = false, timeoutMs = 10_000 } = {}): Promise<Accepted> {
  const context = createTlsContext(material);
  const accept = async (raw: Socket): Promise<Buffer | HandshakeError> => {
    try {
      if (peek) {
        const [head] = await once(raw.resume(), 'data');
        raw.pause();
        raw.unshift(head);
      }
      const secure = await acceptTls(raw, {
        context,
        alpn: ['http/1.1'],
        timeout: AbortSignal.timeout(timeoutMs),
      });
      const chunks: Buffer[] = [];
      secure.on('data', (chunk: Buffer) => chunks.push(chunk));
      secure.resume();
      await new Promise((resolve) => secure.once('end', resolve).once('close', resolve));
      secure.destroy();
      return Buffer.concat(chunks);
    } catch (error) {
      return error as HandshakeError;
    }
  };
  const results: Promise<Buffer | HandshakeError>[] = [];
  let wake: () => void = () => {};
  const server = createServer({ pauseOnConnect: true }, (raw) => {
    raw.on('error', () => {});
    results.push(accept(raw));
    wake();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  async function* next(): AsyncGenerator<Buffer | HandshakeError> {
    for (;;) {
      while (results.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      yield await (results.shift() as Promise<Buffer | HandshakeError>);
    }
  }
  return { port: (server.address() as { port: number }).port, results: next() };
}

for (const peek of [false, true]) {
  test(`everything that a client sends arrives${peek ? ' after its first bytes were put back' : ''}`, async (t) => {
    const { port, results } = await serve(t, { peek });
    const sent = Buffer.alloc(5_000_000, 'abcdefghij');
    const client = connectTls({
      host: '127.0.0.1',
      port,
      ca,
      servername: 'localhost',
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    client.on('error', () => {});
    client.end(sent);
    await once(client, 'secureConnect');
    assert.equal(client.alpnProtocol, 'http/1.1');
    assert.equal(client.getProtocol(), 'TLSv1.3');
    assert.deepEqual((await results.next()).value, sent);
  });
}

for (const [what, bytes, code, message] of [
  ['HTTP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'ERR_TLS_PLAINTEXT', /plain text \(HTTP\)/],
  ['a log frame', '\0\0\0\x10abcdefghijklmnop', 'ERR_TLS_PLAINTEXT', /plain text/],
  ['noise', '\x16\x03\x01\x00\x05noise', 'ERR_TLS_HANDSHAKE', /handshake failed/],
] as const) {
  test(`${what} in the place of a handshake is refused with its reason`, async (t) => {
    const { port, results } = await serve(t);
    const client = connect(port, '127.0.0.1');
    client.on('error', () => {});
    client.write(bytes, 'latin1');
    const { value } = await results.next();
    assert.equal(value.code, code);
    assert.match(value.message, message);
    client.destroy();
  });
}

test('a client with an older protocol, or without trust, is told apart', async (t) => {
  const { port, results } = await serve(t);
  const old = connectTls({ host: '127.0.0.1', port, ca, servername: 'localhost', maxVersion: 'TLSv1.2' });
  old.on('error', () => {});
  assert.match((await results.next()).value.message, /older TLS protocol/);
  const doubting = connectTls({ host: '127.0.0.1', port, servername: 'localhost' });
  doubting.on('error', () => {});
  // With TLS 1.3 the server is done before the client has seen the certificate: the alert ends the stream.
  const closed = once(doubting, 'close').catch(() => {});
  await results.next();
  await closed;
});

test('clients that go away or say nothing end the handshake', async (t) => {
  const { port, results } = await serve(t, { timeoutMs: 200 });
  connect(port, '127.0.0.1', function (this: Socket) {
    this.destroy();
  });
  assert.equal((await results.next()).value.code, 'ERR_TLS_HANDSHAKE');
  const half = connect(port, '127.0.0.1');
  half.on('error', () => {});
  half.write(Buffer.from([0x16, 0x03]));
  const closed = once(half.resume(), 'close');
  assert.equal((await results.next()).value.code, 'ERR_TLS_HANDSHAKE_TIMEOUT');
  await closed;
});
