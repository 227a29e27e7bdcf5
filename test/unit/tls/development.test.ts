import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTlsMaterial } from '../../../src/tls/certificate.ts';
import { certificateFiles, writeCertificateFiles } from '../../../src/tls/certificate-files.ts';
import { ensureDevelopmentCertificates } from '../../../src/tls/development.ts';
import { createAuthority, issueCertificate } from '../../../src/tls/issue.ts';
import { createFolder } from '../../support/folder.ts';

const BOTH = ['authority', 'server certificate'];

test('the first call makes both, the second keeps both, and only the owner can read the keys', async (t) => {
  const directory = join(createFolder(t), 'certs');
  const first = await ensureDevelopmentCertificates(directory, ['127.0.0.1']);
  assert.deepEqual(first.made, BOTH);
  const before = readFileSync(first.certFile);
  const second = await ensureDevelopmentCertificates(directory, ['127.0.0.1']);
  assert.deepEqual(second.made, []);
  assert.deepEqual(readFileSync(second.certFile), before);
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  for (const name of ['ca.key', 'server.key'])
    assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600);
});

test('a new address needs a new certificate from the same authority', async (t) => {
  const directory = createFolder(t);
  await ensureDevelopmentCertificates(directory, []);
  const { made, certFile, authorityFile } = await ensureDevelopmentCertificates(directory, [
    '192.0.2.7',
    '0.0.0.0',
  ]);
  assert.deepEqual(made, ['server certificate']);
  const certificate = new X509Certificate(readFileSync(certFile));
  assert.equal(certificate.checkIP('192.0.2.7'), '192.0.2.7');
  assert.equal(certificate.checkHost('localhost'), 'localhost');
  assert.ok(certificate.verify(new X509Certificate(readFileSync(authorityFile)).publicKey));
});

test('a certificate that ends soon, garbage, and a key of another are made anew', async (t) => {
  const directory = createFolder(t);
  const { authorityFile, certFile, keyFile } = await ensureDevelopmentCertificates(directory, []);
  const authority = {
    certificate: readFileSync(authorityFile, 'utf8'),
    key: readFileSync(certificateFiles(directory, 'ca').keyFile, 'utf8'),
  };
  const spoil = {
    'ends soon': async () => {
      const names = ['localhost', '127.0.0.1', '::1'];
      const soon = await issueCertificate(authority, { kind: 'server', names, days: 29 });
      await writeCertificateFiles({ certFile, keyFile }, soon);
    },
    garbage: () => writeFileSync(certFile, 'garbage'),
    'key of another': async () => writeFileSync(keyFile, (await createAuthority('x')).key),
  };
  for (const [name, damage] of Object.entries(spoil)) {
    await damage();
    const { made } = await ensureDevelopmentCertificates(directory, []);
    assert.deepEqual(made, ['server certificate'], name);
  }
  assert.equal(readFileSync(authorityFile, 'utf8'), authority.certificate);
  writeFileSync(certificateFiles(directory, 'ca').keyFile, (await createAuthority('x')).key);
  assert.deepEqual((await ensureDevelopmentCertificates(directory, [])).made, BOTH);
});

test('a key that others can read is made private', async (t) => {
  const directory = createFolder(t);
  const { keyFile } = await ensureDevelopmentCertificates(directory, []);
  chmodSync(keyFile, 0o644);
  assert.deepEqual((await ensureDevelopmentCertificates(directory, [])).made, []);
  assert.equal(statSync(keyFile).mode & 0o777, 0o600);
});

test('material that cannot serve is refused with its file and what is wrong', async (t) => {
  const directory = createFolder(t);
  const { certFile, keyFile } = await ensureDevelopmentCertificates(directory, []);
  const other = join(directory, 'other.key');
  const garbage = join(directory, 'garbage');
  writeFileSync(other, (await createAuthority('x')).key);
  writeFileSync(garbage, 'garbage');
  const min_version = '1.3' as const;
  assert.equal(
    (await readTlsMaterial({ cert_file: certFile, key_file: keyFile, min_version })).minVersion,
    'TLSv1.3',
  );
  for (const [cert_file, key_file, code, pattern] of [
    [certFile, other, 'ERR_TLS_KEY', /does not belong to the certificate/],
    [garbage, keyFile, 'ERR_TLS_CERTIFICATE', /holds no certificate in PEM form/],
    [certFile, garbage, 'ERR_TLS_KEY', /holds no private key/],
    [join(directory, 'absent'), keyFile, 'ERR_TLS_FILE', /cannot read the certificate .*see tls.cert_file/],
  ] as const) {
    await assert.rejects(readTlsMaterial({ cert_file, key_file, min_version }), { code, message: pattern });
  }
});
