import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { readTlsMaterial } from '../../../src/tls/certificate.ts';
import { createTlsContext } from '../../../src/tls/context.ts';
import { CertificateError } from '../../../src/tls/tls-error.ts';
import { createFolder } from '../../support/folder.ts';
import { inDays, makeAuthority, makeCertificate, write } from './make-certificates.ts';
import { openssl, withoutOpenssl } from './openssl.ts';

const authority = await makeAuthority();
const server = await makeCertificate(authority);
const other = await makeCertificate(authority);

function read(cert_file: string, key_file: string, more: { ca_file?: string; min_version?: '1.2' } = {}) {
  return readTlsMaterial({ cert_file, key_file, ca_file: '', min_version: '1.3', ...more });
}

function refuses(reading: Promise<unknown>, code: CertificateError['code'], file: string, message: RegExp) {
  return assert.rejects(reading, (error) => {
    assert.ok(error instanceof CertificateError);
    assert.equal(error.code, code);
    assert.equal(error.file, file);
    assert.match(error.message, message);
    assert.ok(error.message.includes(file));
    return true;
  });
}

test('a good pair becomes plain data that a context can be made of in another process', async (t) => {
  const folder = createFolder(t);
  const chain = `Subject: with words around it\n${server.certificate}\n${authority.certificate}`;
  const material = await read(write(folder, 'a.crt', chain), write(folder, 'a.key', server.key), {
    ca_file: write(folder, 'ca.crt', authority.certificate),
    min_version: '1.2',
  });
  assert.equal(material.minVersion, 'TLSv1.2');
  assert.deepEqual(material.facts.names, ['localhost', '127.0.0.1']);
  assert.deepEqual(material.warnings, []);
  const copy = JSON.parse(JSON.stringify(material));
  assert.deepEqual(copy, material);
  assert.ok(createTlsContext(copy));
});

test('keys on elliptic curves are taken as well', { skip: withoutOpenssl }, async (t) => {
  const folder = createFolder(t);
  for (const curve of ['EC -pkeyopt ec_paramgen_curve:P-256', 'ED25519']) {
    const [cert, key] = [`${folder}/ec.crt`, `${folder}/ec.key`];
    openssl('genpkey', '-algorithm', ...curve.split(' '), '-out', key);
    openssl('req', '-x509', '-key', key, '-out', cert, '-subj', '/CN=localhost', '-days', '90');
    assert.equal((await read(cert, key)).facts.subject, 'CN=localhost');
  }
});

test('files that are not there, not PEM, or locked are refused by name', async (t) => {
  const folder = createFolder(t);
  const cert = write(folder, 'a.crt', server.certificate);
  const key = write(folder, 'a.key', server.key);
  const empty = write(folder, 'empty', '');
  const broken = write(folder, 'broken', server.certificate.replace(/^M.{20}/m, 'M'));
  const missing = `${folder}/missing`;
  await refuses(
    read(missing, key),
    'ERR_TLS_FILE',
    missing,
    /cannot read the certificate .*see tls\.cert_file/,
  );
  await refuses(read(cert, missing), 'ERR_TLS_FILE', missing, /cannot read the private key .*tls\.key_file/);
  await refuses(read(cert, folder), 'ERR_TLS_FILE', folder, /cannot read/);
  for (const file of [empty, broken, key]) {
    await refuses(read(file, key), 'ERR_TLS_CERTIFICATE', file, /holds no certificate in PEM form/);
  }
  for (const file of [empty, cert]) {
    await refuses(read(cert, file), 'ERR_TLS_KEY', file, /holds no private key in PEM form/);
  }
  await refuses(read(cert, key, { ca_file: key }), 'ERR_TLS_CERTIFICATE', key, /holds no certificate/);
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
  });
  const locked = write(folder, 'locked.key', privateKey);
  await refuses(read(cert, locked), 'ERR_TLS_KEY', locked, /is locked by a passphrase/);
});

test("another certificate's key is refused", async (t) => {
  const folder = createFolder(t);
  const key = write(folder, 'other.key', other.key);
  await refuses(
    read(write(folder, 'a.crt', server.certificate), key),
    'ERR_TLS_KEY',
    key,
    /does not belong to the certificate .*a\.crt/,
  );
});

test('a chain in the wrong order, or with a stranger in it, is refused', async (t) => {
  const folder = createFolder(t);
  const key = write(folder, 'a.key', server.key);
  const reversed = write(folder, 'reversed.crt', authority.certificate + server.certificate);
  await refuses(read(reversed, key), 'ERR_TLS_KEY', key, /put the server's certificate first/);
  const strange = write(folder, 'strange.crt', server.certificate + other.certificate);
  await refuses(
    read(strange, key),
    'ERR_TLS_CHAIN',
    strange,
    /certificate 2 in .* did not sign the one before/,
  );
});

test('a certificate is refused before its time and after it', async (t) => {
  const folder = createFolder(t);
  const { key } = server;
  const keyFile = write(folder, 'a.key', key);
  const past = await makeCertificate(authority, { key, days: 5 }, inDays(-6));
  const expired = write(folder, 'expired.crt', past.certificate);
  await refuses(read(expired, keyFile), 'ERR_TLS_EXPIRED', expired, /expired at 20\S+Z; renew it/);
  const future = await makeCertificate(authority, { key }, inDays(2));
  const early = write(folder, 'early.crt', future.certificate);
  await refuses(read(early, keyFile), 'ERR_TLS_NOT_YET_VALID', early, /not valid before .*check the clock/);
});

test('what OpenSSL would not serve is refused while reading', { skip: withoutOpenssl }, async (t) => {
  const folder = createFolder(t);
  const [cert, key] = [`${folder}/weak.crt`, `${folder}/weak.key`];
  openssl('req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-keyout', key, '-out', cert, '-subj', '/CN=x');
  await refuses(read(cert, key), 'ERR_TLS_CERTIFICATE', cert, /cannot be used for TLS: ee key too small/);
});

test('what works today but needs a person is told', async (t) => {
  const folder = createFolder(t);
  const { certificate, key } = await makeCertificate(authority, { kind: 'client', names: ['x'], days: 20 });
  const keyFile = write(folder, 'a.key', key);
  execFileSync('chmod', ['644', keyFile]);
  const { warnings } = await read(write(folder, 'a.crt', certificate), keyFile);
  assert.equal(warnings.length, 3);
  assert.match(warnings[0] as string, /expires in 19 days/);
  assert.match(warnings[1] as string, /lacks "serverAuth"/);
  assert.match(warnings[2] as string, /can be read by every user of this machine; run: chmod o-rwx/);
});
