import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runServer } from '../../support/daemon.ts';
import { createFolder } from '../../support/folder.ts';

test('generate-cert makes an authority and a server certificate, then a client certificate, and overwrites nothing', async (t) => {
  const cwd = createFolder(t);
  const server = await runServer(['generate-cert', '--name', 'logs.example.com,192.0.2.1', '--days', '30'], {
    cwd,
  });
  assert.equal(server.code, 0, server.stderr);
  assert.match(server.stdout, /tls.cert_file and tls.key_file/);
  const certificate = new X509Certificate(readFileSync(join(cwd, 'certs/server.crt')));
  assert.equal(certificate.checkIP('192.0.2.1'), '192.0.2.1');
  assert.equal(statSync(join(cwd, 'certs/server.key')).mode & 0o777, 0o600);
  const again = await runServer(['generate-cert', '--name', 'other'], { cwd });
  assert.equal(again.code, 73);
  assert.match(again.stderr, /exists already/);
  const client = await runServer(['generate-cert', '--client', 'device-7', '--json'], { cwd });
  assert.equal(client.code, 0, client.stderr);
  const { certFile, authorityFile } = JSON.parse(client.stdout);
  const authority = new X509Certificate(readFileSync(authorityFile)).publicKey;
  assert.ok(new X509Certificate(readFileSync(certFile)).verify(authority));
  assert.ok(certificate.verify(authority));
  const forced = await runServer(['generate-cert', '--name', 'other', '--force'], { cwd });
  assert.equal(forced.code, 0, forced.stderr);
  assert.equal(new X509Certificate(readFileSync(join(cwd, 'certs/server.crt'))).checkHost('other'), 'other');
});

for (const [args, pattern] of [
  [['--days', '0'], /--days takes a whole number/],
  [['--days', '1000'], /from 1 to 397/],
  [['--client', '../../etc/x'], /is not a host name/],
  [['--name', 'a,,b'], /is not a host name/],
] as const) {
  test(`generate-cert ${args.join(' ')} is a usage error`, async (t) => {
    const { code, stderr } = await runServer(['generate-cert', ...args], { cwd: createFolder(t) });
    assert.equal(code, 64);
    assert.match(stderr, pattern);
  });
}
