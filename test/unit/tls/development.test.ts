import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ensureDevelopmentCertificates } from '../../../src/tls/development.ts';
import { createFolder } from '../../support/folder.ts';
import { inDays, makeAuthority, makeCertificate, write } from './make-certificates.ts';
import { openssl, withoutOpenssl } from './openssl.ts';

const FILES = ['ca.crt', 'ca.key', 'server.crt', 'server.key'];
const MODULE = new URL('../../../src/tls/development.ts', import.meta.url).href;

/** What is in the files now. */
function readAll(directory: string): Record<string, string> {
  return Object.fromEntries(FILES.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
}

/** Which files have another content than before. */
function changed(before: Record<string, string>, directory: string): string[] {
  const after = readAll(directory);
  return FILES.filter((name) => before[name] !== after[name]);
}

function parse(directory: string, name = 'server.crt'): X509Certificate {
  return new X509Certificate(readFileSync(join(directory, name)));
}

test('a fresh directory gets an authority and a server certificate, private to their owner', async (t) => {
  const directory = join(createFolder(t), 'data', 'certs');
  const result = await ensureDevelopmentCertificates(directory, ['0.0.0.0', '::', '192.0.2.9', 'fe80::1%lo']);
  assert.deepEqual(result, {
    certFile: join(directory, 'server.crt'),
    keyFile: join(directory, 'server.key'),
    authorityFile: join(directory, 'ca.crt'),
    made: ['authority', 'server certificate'],
  });
  assert.deepEqual(readdirSync(directory).sort(), FILES);
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  for (const name of ['ca.key', 'server.key']) {
    assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600);
  }
  const certificate = parse(directory);
  for (const name of ['localhost', hostname()]) assert.ok(certificate.checkHost(name), name);
  for (const ip of ['127.0.0.1', '::1', '192.0.2.9', 'fe80::1']) assert.ok(certificate.checkIP(ip), ip);
  assert.doesNotMatch(certificate.subjectAltName ?? '', /0\.0\.0\.0/);
});

test('openssl verifies the pair', { skip: withoutOpenssl }, async (t) => {
  const directory = createFolder(t);
  const { authorityFile, certFile } = await ensureDevelopmentCertificates(directory, []);
  const told = openssl('verify', '-x509_strict', '-CAfile', authorityFile, '-purpose', 'sslserver', certFile);
  assert.match(told, /: OK/);
});

test('what is good stays, byte by byte', async (t) => {
  const directory = createFolder(t);
  await ensureDevelopmentCertificates(directory, ['192.0.2.1', '192.0.2.2']);
  const before = readAll(directory);
  for (const [addresses, days] of [
    [['192.0.2.1', '192.0.2.2'], 0],
    [['192.0.2.2'], 366],
  ] as const) {
    const { made } = await ensureDevelopmentCertificates(directory, addresses, inDays(days));
    assert.deepEqual(made, []);
  }
  assert.deepEqual(changed(before, directory), []);
});

test('the server certificate is renewed thirty days before its end, for the same key and authority', async (t) => {
  const directory = createFolder(t);
  await ensureDevelopmentCertificates(directory, []);
  const before = readAll(directory);
  const { made } = await ensureDevelopmentCertificates(directory, [], inDays(368));
  assert.deepEqual(made, ['server certificate']);
  assert.deepEqual(changed(before, directory), ['server.crt']);
  assert.ok(parse(directory).validToDate > inDays(368 + 390));
});

test('a certificate with a short life is renewed when a third of it is left', async (t) => {
  const directory = createFolder(t);
  await ensureDevelopmentCertificates(directory, []);
  const ca = {
    certificate: readFileSync(join(directory, 'ca.crt'), 'utf8'),
    key: readFileSync(join(directory, 'ca.key'), 'utf8'),
  };
  const key = readFileSync(join(directory, 'server.key'), 'utf8');
  const names = ['localhost', hostname(), '127.0.0.1', '::1'];
  const { certificate } = await makeCertificate(ca, { key, names, days: 9 });
  write(directory, 'server.crt', certificate);
  assert.deepEqual((await ensureDevelopmentCertificates(directory, [], inDays(5))).made, []);
  assert.deepEqual((await ensureDevelopmentCertificates(directory, [], inDays(7))).made, [
    'server certificate',
  ]);
});

test('a name that is not covered brings a new server certificate, with the others in it', async (t) => {
  const directory = createFolder(t);
  await ensureDevelopmentCertificates(directory, []);
  const before = readAll(directory);
  const { made } = await ensureDevelopmentCertificates(directory, ['192.0.2.44']);
  assert.deepEqual(made, ['server certificate']);
  assert.deepEqual(changed(before, directory), ['server.crt']);
  assert.ok(parse(directory).checkIP('192.0.2.44') && parse(directory).checkHost('localhost'));
});

test('a pair that does not belong together, a missing or a broken file is mended', async (t) => {
  const directory = createFolder(t);
  await ensureDevelopmentCertificates(directory, []);
  const stranger = await makeCertificate(await makeAuthority(), { names: ['localhost', '127.0.0.1', '::1'] });
  const faults = [
    () => write(directory, 'server.key', stranger.key),
    () => write(directory, 'server.crt', stranger.certificate),
    () => write(directory, 'server.key', 'noise'),
    () => write(directory, 'server.crt', ''),
    () => rmSync(join(directory, 'server.key')),
    () => rmSync(join(directory, 'server.crt')),
  ];
  for (const damage of faults) {
    damage();
    const { made } = await ensureDevelopmentCertificates(directory, []);
    assert.deepEqual(made, ['server certificate'], String(damage));
    const key = createPrivateKey(readFileSync(join(directory, 'server.key')));
    assert.ok(parse(directory).checkPrivateKey(key));
    assert.ok(parse(directory).verify(parse(directory, 'ca.crt').publicKey));
  }
});

test('an authority near its end gets a new life with the same key, and clients need not notice', async (t) => {
  const directory = createFolder(t);
  await ensureDevelopmentCertificates(directory, []);
  const old = parse(directory, 'ca.crt');
  assert.deepEqual((await ensureDevelopmentCertificates(directory, [], inDays(3600))).made, [
    'server certificate',
  ]);
  const { made } = await ensureDevelopmentCertificates(directory, [], inDays(3621));
  assert.deepEqual(made, ['authority', 'server certificate']);
  const renewed = parse(directory, 'ca.crt');
  assert.ok(renewed.validToDate > inDays(7000));
  assert.equal(renewed.subject, old.subject);
  assert.ok(parse(directory).checkIssued(old) && parse(directory).verify(old.publicKey));
});

test('an authority of a shorter life that a person put there is used and stays', async (t) => {
  const directory = createFolder(t);
  const own = await makeAuthority('Our own', inDays(-3500));
  write(directory, 'ca.crt', own.certificate);
  write(directory, 'ca.key', own.key);
  const { made } = await ensureDevelopmentCertificates(directory, []);
  assert.deepEqual(made, ['server certificate']);
  assert.equal(readFileSync(join(directory, 'ca.crt'), 'utf8'), own.certificate);
  assert.deepEqual(parse(directory).validToDate, parse(directory, 'ca.crt').validToDate);
});

test('an authority whose key was moved away serves on, and is never replaced', async (t) => {
  const directory = createFolder(t);
  await ensureDevelopmentCertificates(directory, []);
  const { 'ca.crt': certificate } = readAll(directory);
  rmSync(join(directory, 'ca.key'));
  assert.deepEqual((await ensureDevelopmentCertificates(directory, [])).made, []);
  await assert.rejects(ensureDevelopmentCertificates(directory, ['192.0.2.3']), {
    code: 'ERR_TLS_AUTHORITY',
    message: /ca\.key of the authority .*ca\.crt is missing; put it back, or move the certificate away/,
  });
  assert.equal(readFileSync(join(directory, 'ca.crt'), 'utf8'), certificate);
});

test('a broken authority is left for a person', async (t) => {
  const directory = createFolder(t);
  await ensureDevelopmentCertificates(directory, []);
  const good = readAll(directory);
  const other = await makeAuthority();
  const leaf = await makeCertificate(other);
  const faults: [string, string, RegExp][] = [
    ['ca.key', other.key, /ca\.key does not belong to the authority/],
    ['ca.key', 'noise', /ca\.key holds no private key/],
    ['ca.crt', 'noise', /ca\.crt holds no certificate/],
    ['ca.crt', leaf.certificate, /ca\.crt is not the certificate of an authority/],
  ];
  for (const [name, text, message] of faults) {
    write(directory, name, text);
    await assert.rejects(ensureDevelopmentCertificates(directory, []), { name: 'CertificateError', message });
    assert.equal(readFileSync(join(directory, name), 'utf8'), text);
    write(directory, name, good[name] as string);
  }
  assert.deepEqual((await ensureDevelopmentCertificates(directory, [])).made, []);
});

test('keys that others can read are made private', async (t) => {
  const directory = createFolder(t);
  await ensureDevelopmentCertificates(directory, []);
  for (const name of ['ca.key', 'server.key']) chmodSync(join(directory, name), 0o644);
  assert.deepEqual((await ensureDevelopmentCertificates(directory, [])).made, []);
  for (const name of ['ca.key', 'server.key']) {
    assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600);
  }
});

test('a place that cannot be written is told with its path', async (t) => {
  const folder = createFolder(t);
  const file = write(folder, 'file', '');
  await assert.rejects(ensureDevelopmentCertificates(join(file, 'certs'), []), {
    code: 'ERR_TLS_FILE',
    message: /cannot make the directory .*file\/certs: ENOTDIR/,
  });
  mkdirSync(join(folder, 'certs', 'ca.crt'), { recursive: true });
  await assert.rejects(ensureDevelopmentCertificates(join(folder, 'certs'), []), {
    code: 'ERR_TLS_FILE',
    message: /cannot read .*ca\.crt: EISDIR/,
  });
});

test('processes that do it at once leave one authority and a pair that belongs together', async (t) => {
  const directory = join(createFolder(t), 'certs');
  const script = `import { ensureDevelopmentCertificates as ensure } from ${JSON.stringify(MODULE)};
    await ensure(${JSON.stringify(directory)}, [process.argv[1]]);`;
  const processes = Array.from({ length: 4 }, (_, i) =>
    spawn(process.execPath, ['--input-type=module', '-e', script, `192.0.2.${i}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  const ended = await Promise.all(processes.map((child) => once(child, 'exit')));
  assert.deepEqual(
    ended.map(([code]) => code),
    [0, 0, 0, 0],
  );
  assert.deepEqual(readdirSync(directory).sort(), FILES);
  const certificate = parse(directory);
  assert.ok(certificate.checkPrivateKey(createPrivateKey(readFileSync(join(directory, 'server.key')))));
  assert.ok(certificate.verify(parse(directory, 'ca.crt').publicKey));
  const authority = parse(directory, 'ca.crt');
  assert.ok(authority.checkPrivateKey(createPrivateKey(readFileSync(join(directory, 'ca.key')))));
});
