import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspectCertificate, warnOfExpiry } from '../../../src/tls/inspect.ts';
import { createFolder } from '../../support/folder.ts';
import { inDays, makeAuthority, makeCertificate, write } from './make-certificates.ts';
import { openssl, withoutOpenssl } from './openssl.ts';

const authority = await makeAuthority();
const { certificate } = await makeCertificate(authority, { names: ['localhost', '::1'], days: 10 });

test('the facts are those that openssl tells', { skip: withoutOpenssl }, (t) => {
  const file = write(createFolder(t), 'server.crt', certificate);
  const facts = inspectCertificate(certificate);
  const told = openssl('x509', '-noout', '-in', file, '-fingerprint', '-sha256', '-serial', '-enddate');
  assert.ok(told.includes(`=${facts.fingerprint}\n`));
  assert.ok(told.includes(`serial=${facts.serialNumber}\n`));
  const [, end = ''] = /notAfter=(.*)/.exec(told) ?? [];
  assert.equal(facts.validUntil, new Date(end).toISOString());
  assert.equal(facts.subject, 'CN=localhost');
  assert.equal(facts.issuer, 'CN=Test authority');
  assert.deepEqual(facts.names, ['localhost', '::1']);
  assert.equal(facts.isAuthority, false);
  assert.equal(inspectCertificate(authority.certificate).isAuthority, true);
  assert.deepEqual(JSON.parse(JSON.stringify(facts)), facts);
});

test('names that hold a comma or a quote stay whole', { skip: withoutOpenssl }, (t) => {
  const folder = createFolder(t);
  const config = write(
    folder,
    'odd.cnf',
    '[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext\n[dn]\nO=Acme\nCN=odd\n[ext]\nsubjectAltName=@names\n[names]\nDNS.1=ok.example\nDNS.2="a,DNS:forged.example"\nemail.1=a@b.example\n',
  );
  const file = `${folder}/odd.crt`;
  const key = `${folder}/odd.key`;
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', file, '-config', config);
  const facts = inspectCertificate(openssl('x509', '-in', file));
  assert.deepEqual(facts.names, ['ok.example', 'a,DNS:forged.example', 'a@b.example']);
  assert.equal(facts.subject, 'O=Acme, CN=odd');
});

test('what is no certificate is refused', () => {
  assert.throws(() => inspectCertificate('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'));
});

test('the end is told thirty days ahead, then in days, then as past', () => {
  const facts = inspectCertificate(certificate);
  assert.equal(warnOfExpiry(facts, inDays(-21)), undefined);
  assert.match(warnOfExpiry(facts, inDays(-19)) ?? '', /"CN=localhost" expires in 28 days, at 20/);
  assert.match(warnOfExpiry(facts, inDays(8.5)) ?? '', /expires in 1 day, at/);
  assert.match(warnOfExpiry(facts, inDays(9.5)) ?? '', /expires in less than a day, at/);
  assert.match(warnOfExpiry(facts, inDays(11)) ?? '', /expired at .*; renew it/);
});
