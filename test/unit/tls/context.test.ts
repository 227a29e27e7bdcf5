import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { createFolder } from '../../support/folder.ts';
import { AcceptingServer, authority, createContext } from './accepting-server.ts';
import { makeAuthority, write } from './make-certificates.ts';
import { withoutOpenssl } from './openssl.ts';

const skip = withoutOpenssl;

/** What a real client says, and how it ends; it says nothing itself. */
async function sClient(port: number, ...args: string[]): Promise<{ code: number; told: string }> {
  const client = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...args]);
  let told = '';
  for (const stream of [client.stdout, client.stderr]) {
    stream.on('data', (chunk) => {
      told += chunk;
    });
  }
  client.stdin.end();
  const [code] = await once(client, 'close');
  return { code, told };
}

test('openssl shakes hands and verifies the name', { skip }, async (t) => {
  const accepting = await AcceptingServer.start(t);
  const ca = write(createFolder(t), 'ca.crt', authority.certificate);
  const accepted = accepting.next().then(({ secure }) => secure?.resume());
  const { code, told } = await sClient(
    accepting.port,
    ...['-CAfile', ca, '-verify_return_error', '-verify_hostname', 'localhost', '-alpn', 'h2,http/1.1'],
  );
  await accepted;
  assert.equal(code, 0, told);
  assert.match(told, /Verify return code: 0 \(ok\)/);
  assert.match(told, /TLSv1\.3, Cipher is TLS_/);
  assert.match(told, /ALPN protocol: http\/1\.1/);
});

test('a client that does not trust the certificate is told as such', { skip }, async (t) => {
  const accepting = await AcceptingServer.start(t);
  const { certificate } = await makeAuthority('Someone else');
  const ca = write(createFolder(t), 'ca.crt', certificate);
  const { code } = await sClient(accepting.port, '-CAfile', ca, '-verify_return_error');
  assert.notEqual(code, 0);
  const { error } = await accepting.next();
  assert.match(error?.message ?? '', /does not trust the certificate; give it the authority that signed it/);
});

test('TLS 1.2 is refused where 1.3 is the oldest, and the client hears why', { skip }, async (t) => {
  const accepting = await AcceptingServer.start(t);
  const { code, told } = await sClient(accepting.port, '-tls1_2');
  assert.notEqual(code, 0);
  assert.match(told, /alert protocol version/);
  const { error } = await accepting.next();
  assert.match(error?.message ?? '', /older version of the TLS protocol than tls\.min_version allows/);
});

test('with TLS 1.2 only ciphers with forward secrecy are spoken', { skip }, async (t) => {
  const accepting = await AcceptingServer.start(t, { context: createContext({ minVersion: 'TLSv1.2' }) });
  for (const [cipher, isTaken] of [
    ['ECDHE-RSA-AES128-GCM-SHA256', true],
    ['ECDHE-RSA-CHACHA20-POLY1305', true],
    ['AES128-GCM-SHA256', false],
    ['ECDHE-RSA-AES128-SHA', false],
    ['DHE-RSA-AES128-GCM-SHA256', false],
  ] as const) {
    const accepted = accepting.next().then(({ secure }) => secure?.resume());
    const { told } = await sClient(accepting.port, '-tls1_2', '-cipher', cipher);
    await accepted;
    assert.equal(told.includes(`Cipher is ${cipher}`), isTaken, cipher);
  }
  const { code } = await sClient(accepting.port, '-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0');
  assert.notEqual(code, 0);
});
