import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFolder } from '../../support/folder.ts';
import { runProgram } from '../cli/run-program.ts';
import { inDays, makeAuthority, write } from './make-certificates.ts';
import { openssl, withoutOpenssl } from './openssl.ts';

const skip = withoutOpenssl;

test('it makes an authority and a server certificate that openssl verifies', { skip }, (t) => {
  const cwd = createFolder(t);
  const { status, stdout, stderr } = runProgram(
    ['generate-cert', '--name', 'logs.example.com', '--name', '192.0.2.5,*.example.org', '--days', '30'],
    { cwd },
  );
  assert.equal(status, 0, stderr);
  assert.match(
    stdout,
    /^certificate {2}certs\/server\.crt {2}\(logs\.example\.com, 192\.0\.2\.5, \*\.example/,
  );
  assert.match(stdout, /cert_file = "\/.*certs\/server\.crt"\n {2}key_file = /);
  assert.match(stdout, /server send --tls-ca certs\/ca\.crt "hello"/);
  const certs = join(cwd, 'certs');
  assert.deepEqual(readdirSync(certs).sort(), ['ca.crt', 'ca.key', 'server.crt', 'server.key']);
  assert.equal(statSync(certs).mode & 0o777, 0o700);
  for (const name of ['ca.key', 'server.key']) assert.equal(statSync(join(certs, name)).mode & 0o777, 0o600);
  const verify = ['verify', '-x509_strict', '-CAfile', join(certs, 'ca.crt'), '-purpose', 'sslserver'];
  const file = join(certs, 'server.crt');
  assert.match(openssl(...verify, '-verify_hostname', 'logs.example.com', file), /: OK/);
  assert.match(openssl(...verify, '-verify_ip', '192.0.2.5', file), /: OK/);
  openssl('x509', '-in', file, '-noout', '-checkend', String(29 * 86400));
});

test('a client certificate is signed by the same authority', { skip }, (t) => {
  const cwd = createFolder(t);
  runProgram(['generate-cert'], { cwd });
  const { status, stdout } = runProgram(['generate-cert', '--client', 'device-7', '--days', '1000'], { cwd });
  assert.equal(status, 0);
  assert.match(stdout, /^certificate {2}certs\/device-7\.crt[\s\S]*Give the client these files\./);
  const certs = join(cwd, 'certs');
  const ca = join(certs, 'ca.crt');
  const file = join(certs, 'device-7.crt');
  assert.match(openssl('verify', '-x509_strict', '-CAfile', ca, '-purpose', 'sslclient', file), /: OK/);
});

test('nothing is overwritten without --force, and the authority never', (t) => {
  const cwd = createFolder(t);
  const certs = join(cwd, 'certs');
  const read = (name: string) => readFileSync(join(certs, name), 'utf8');
  runProgram(['generate-cert'], { cwd });
  const [ca, certificate, key] = [read('ca.crt') + read('ca.key'), read('server.crt'), read('server.key')];
  rmSync(join(certs, 'server.crt'));
  for (const restore of [() => {}, () => writeFileSync(join(certs, 'server.crt'), certificate)]) {
    restore();
    const { status, stderr } = runProgram(['generate-cert'], { cwd });
    assert.equal(status, 73);
    assert.match(stderr, /certs\/server\.(crt|key) exists already and was left as it is; --force replaces/);
    assert.equal(read('server.key'), key);
  }
  assert.equal(runProgram(['generate-cert', '--force'], { cwd }).status, 0);
  assert.notEqual(read('server.crt'), certificate);
  assert.notEqual(read('server.key'), key);
  assert.equal(read('ca.crt') + read('ca.key'), ca);
});

test('the authority may be elsewhere, and JSON tells where everything is', (t) => {
  const cwd = createFolder(t);
  const json = (...args: string[]) =>
    JSON.parse(runProgram(['generate-cert', '--json', ...args], { cwd }).stdout);
  const first = json('--dir', 'a', '--ca-dir', 'ca', '--name', 'a.example');
  assert.equal(first.authorityFile, join(cwd, 'ca', 'ca.crt'));
  assert.equal(first.isAuthorityNew, true);
  const second = json('--dir', 'b', '--ca-dir', 'ca', '--client', 'me@b.example');
  assert.deepEqual(
    { ...second, validUntil: '', fingerprint: '' },
    {
      kind: 'client',
      certFile: join(cwd, 'b', 'me@b.example.crt'),
      keyFile: join(cwd, 'b', 'me@b.example.key'),
      authorityFile: join(cwd, 'ca', 'ca.crt'),
      isAuthorityNew: false,
      names: ['me@b.example'],
      validUntil: '',
      fingerprint: '',
    },
  );
  assert.deepEqual(readdirSync(join(cwd, 'a')).sort(), ['server.crt', 'server.key']);
  assert.match(second.fingerprint, /^[0-9A-F:]{95}$/);
});

test('what cannot be done is said, with the exit code of its kind', async (t) => {
  const cwd = createFolder(t);
  write(cwd, 'file', '');
  const cases: [string[], number, RegExp][] = [
    [['--days', '398'], 64, /--days takes a whole number from 1 to 397 for a server; it got "398"/],
    [['--days', '0'], 64, /--days takes a whole number/],
    [['--client', 'x', '--days', '3651'], 64, /from 1 to 3650 for a client/],
    [['--name', 'a b'], 64, /--name: "a b" is not a host name or an address/],
    [['--name', 'a,'], 64, /--name: "" is not a host name or an address/],
    [['--client', 'CA'], 64, /--client cannot be "CA"/],
    [['--client', 'server'], 64, /--client cannot be "server"/],
    [['--client', '../x'], 64, /--client: "\.\.\/x" is not a host name/],
    [['--client', 'x', '--name', 'y'], 64, /give one of them/],
    [['--dir', 'file/certs'], 73, /cannot make the directory .*file\/certs: ENOTDIR/],
  ];
  for (const [args, code, message] of cases) {
    const { status, stderr } = runProgram(['generate-cert', ...args], { cwd });
    assert.equal(status, code, stderr);
    assert.match(stderr, message);
    assert.deepEqual(readdirSync(cwd), ['file']);
  }
  const old = await makeAuthority('Expired', inDays(-3700));
  write(cwd, 'ca.crt', old.certificate);
  write(cwd, 'ca.key', old.key);
  const { status, stderr } = runProgram(['generate-cert', '--dir', '.'], { cwd });
  assert.equal(status, 1);
  assert.match(stderr, /the authority .*ca\.crt expired at 20.*; move it away/);
});
