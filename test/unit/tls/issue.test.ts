import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { renewAuthority } from '../../../src/tls/issue.ts';
import { createFolder } from '../../support/folder.ts';
import { DAY_MS, inDays, makeAuthority, makeCertificate, write } from './make-certificates.ts';
import { openssl, tryOpenssl, withoutOpenssl } from './openssl.ts';

const names = ['logs.example.com', '*.example.org', 'my_host', '192.0.2.7', '::1', '::ffff:c000:207'];
const authority = await makeAuthority();
const server = await makeCertificate(authority, { names });
const client = await makeCertificate(authority, { kind: 'client', names: ['device-7@example.com'] });

test('openssl verifies what was issued, by its strict rules', { skip: withoutOpenssl }, (t) => {
  const folder = createFolder(t);
  const ca = write(folder, 'ca.crt', authority.certificate);
  const files = { server: write(folder, 'server.crt', server.certificate) };
  const clientFile = write(folder, 'client.crt', client.certificate);
  const verify = ['verify', '-x509_strict', '-check_ss_sig', '-CAfile', ca];
  assert.match(openssl(...verify, '-purpose', 'sslserver', files.server), /: OK/);
  assert.match(openssl(...verify, '-purpose', 'sslclient', clientFile), /: OK/);
  assert.notEqual(tryOpenssl(...verify, '-purpose', 'sslclient', files.server).status, 0);
  assert.notEqual(tryOpenssl(...verify, '-purpose', 'sslserver', clientFile).status, 0);
  for (const name of ['logs.example.com', 'a.example.org', 'my_host']) {
    assert.match(openssl(...verify, '-verify_hostname', name, files.server), /: OK/);
  }
  for (const ip of ['192.0.2.7', '::1', '::ffff:192.0.2.7']) {
    assert.match(openssl(...verify, '-verify_ip', ip, files.server), /: OK/);
  }
  assert.notEqual(tryOpenssl(...verify, '-verify_hostname', 'other.example.com', files.server).status, 0);
});

test('a certificate says what it is for, and by whom', { skip: withoutOpenssl }, (t) => {
  const folder = createFolder(t);
  const show = (pem: string) =>
    openssl('x509', '-noout', '-text', '-in', write(folder, 'shown.crt', pem)).replace(/\s+/g, ' ');
  const text = show(server.certificate);
  assert.match(text, /Signature Algorithm: sha256WithRSAEncryption/);
  assert.match(text, /Subject: CN = ?logs\.example\.com/);
  assert.match(text, /Basic Constraints: critical CA:FALSE/);
  assert.match(text, /X509v3 Key Usage: critical Digital Signature, Key Encipherment/);
  assert.match(text, /Extended Key Usage: TLS Web Server Authentication X509v3/);
  assert.match(text, /DNS:logs\.example\.com, DNS:\*\.example\.org, DNS:my_host, IP Address:192\.0\.2\.7/);
  assert.match(show(client.certificate), /Extended Key Usage: TLS Web Client Authentication X509v3/);
  assert.match(show(client.certificate), /email:device-7@example\.com/);
  const own = show(authority.certificate);
  assert.match(own, /Basic Constraints: critical CA:TRUE, pathlen:0/);
  assert.match(own, /X509v3 Key Usage: critical Certificate Sign, CRL Sign/);
  const [identifier] = /(?<=Subject Key Identifier: )[0-9A-F:]+/.exec(own) ?? ['none'];
  assert.match(text, new RegExp(`Authority Key Identifier: (keyid:)?${identifier}`));
});

test('names are written so that strict readers take them', { skip: withoutOpenssl }, (t) => {
  const file = write(createFolder(t), 'client.crt', client.certificate);
  assert.match(openssl('asn1parse', '-in', file), /UTF8STRING +:device-7@example\.com/);
});

test('serial numbers are positive, long, and never the same', async () => {
  const serials = [server, client, await makeCertificate(authority, { key: server.key })].map(
    ({ certificate }) => new X509Certificate(certificate).serialNumber,
  );
  for (const serial of serials) assert.match(serial, /^[4-7][0-9A-F]{31}$/);
  assert.equal(new Set(serials).size, 3);
});

test('a server certificate lives 397 days at most, an authority ten years', async () => {
  const { certificate } = await makeCertificate(authority, { key: server.key, days: 5000 });
  assert.equal(daysOf(certificate), 397);
  assert.equal(daysOf(authority.certificate), 3650);
  const own = await makeCertificate(authority, { kind: 'client', key: server.key, days: 1000 });
  assert.equal(daysOf(own.certificate), 1000);
});

test('no certificate outlives its authority', async () => {
  const old = await makeAuthority('Old authority', inDays(-3640));
  const { certificate } = await makeCertificate(old, { key: server.key, days: 300 });
  assert.deepEqual(
    new X509Certificate(certificate).validToDate,
    new X509Certificate(old.certificate).validToDate,
  );
});

test('after a renewal of the authority, old and new certificates verify against old and new', async () => {
  const old = await makeAuthority('Renewed authority', inDays(-3000));
  const before = await makeCertificate(old, { key: server.key });
  const renewed = { certificate: await renewAuthority(old), key: old.key };
  const after = await makeCertificate(renewed, { key: server.key });
  const [first, second] = [old, renewed].map(({ certificate }) => new X509Certificate(certificate));
  assert.ok(first && second && second.validToDate > first.validToDate);
  assert.equal(second.subject, first.subject);
  for (const { certificate } of [before, after]) {
    for (const issuer of [first, second]) {
      const parsed = new X509Certificate(certificate);
      assert.ok(parsed.checkIssued(issuer) && parsed.verify(issuer.publicKey));
    }
  }
});

function daysOf(certificate: string): number {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  return (validToDate.getTime() - validFromDate.getTime()) / DAY_MS;
}
