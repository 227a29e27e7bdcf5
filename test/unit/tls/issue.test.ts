import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CERTIFICATE_DAYS_MAX, createAuthority, issueCertificate } from '../../../src/tls/issue.ts';
import { createFolder } from '../../support/folder.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

test('OpenSSL verifies a server certificate for its names, its purpose and nothing else', async (t) => {
  const folder = createFolder(t);
  const authority = await createAuthority('Test authority');
  const names = ['localhost', 'logs.example.com', '127.0.0.1', '::1'];
  const server = await issueCertificate(authority, { kind: 'server', names, days: 90 });
  const [ca, crt] = [join(folder, 'ca.crt'), join(folder, 'server.crt')];
  writeFileSync(ca, authority.certificate);
  writeFileSync(crt, server.certificate);
  const verify = (...args: string[]) =>
    execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', ca, ...args, crt], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  assert.match(verify('-purpose', 'sslserver', '-verify_hostname', 'logs.example.com'), /OK/);
  assert.match(verify('-verify_ip', '127.0.0.1'), /OK/);
  assert.match(verify('-verify_ip', '::1'), /OK/);
  assert.throws(() => verify('-verify_hostname', 'other.example.com'));
  assert.throws(() => verify('-purpose', 'sslclient'));
  const text = execFileSync('openssl', ['x509', '-in', crt, '-noout', '-text'], { encoding: 'utf8' });
  assert.match(text, /Signature Algorithm: sha256WithRSAEncryption/);
  assert.match(text, /CA:FALSE/);
  assert.match(text, /TLS Web Server Authentication/);
  assert.doesNotMatch(text, /TLS Web Client Authentication/);
  assert.match(text, /Authority Key Identifier/);
});

test('a client certificate is for clients', async () => {
  const authority = await createAuthority('Test authority');
  const client = new X509Certificate(
    (await issueCertificate(authority, { kind: 'client', names: ['device-7'], days: 30 })).certificate,
  );
  assert.deepEqual(client.keyUsage, ['1.3.6.1.5.5.7.3.2']);
  assert.equal(client.subject, 'CN=device-7');
  assert.ok(client.verify(new X509Certificate(authority.certificate).publicKey));
});

test('an authority signs certificates but no authorities, and certificates end with their days', async () => {
  const authority = await createAuthority('Test authority');
  const parsed = new X509Certificate(authority.certificate);
  assert.ok(parsed.ca);
  assert.ok(parsed.checkPrivateKey(createPrivateKey(authority.key)));
  const request = { kind: 'server', names: ['localhost'] } as const;
  for (const [days, expected] of [
    [10, 10],
    [10_000, CERTIFICATE_DAYS_MAX],
  ] as const) {
    const { certificate } = await issueCertificate(authority, { ...request, days });
    const left = (Date.parse(new X509Certificate(certificate).validTo) - Date.now()) / DAY_MS;
    assert.ok(left <= expected && left > expected - 1, `${left} days for ${days}`);
  }
});

test('serial numbers are positive, sixteen bytes, and not the same twice', async () => {
  const authority = await createAuthority('Test authority');
  const request = { kind: 'server', names: ['localhost'], days: 1 } as const;
  const both = await Promise.all([
    issueCertificate(authority, request),
    issueCertificate(authority, request),
  ]);
  const serials = both.map(({ certificate }) => new X509Certificate(certificate).serialNumber);
  for (const serial of serials) assert.match(serial, /^[4-7][0-9A-F]{31}$/);
  assert.notEqual(serials[0], serials[1]);
});
