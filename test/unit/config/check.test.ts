import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkAccounts } from '../../../src/config/check/accounts.ts';
import { type CheckOptions, checkConfig } from '../../../src/config/check.ts';
import { fillDefaults } from '../../../src/config/defaults.ts';
import type { LoadOptions } from '../../../src/config/load.ts';
import { writeCertificate } from '../../fixtures/config/certificates.ts';
import { checkLockedFolders } from '../../fixtures/config/other-user.ts';
import { loadText, scratchFolder } from '../../fixtures/config/scratch.ts';

const folder = scratchFolder();
const good = writeCertificate(folder, 'good');
const other = writeCertificate(folder, 'other');
const PLAIN = '[tls]\nenabled = false\n';

async function check(text: string, options: CheckOptions = {}, loading: LoadOptions = {}) {
  const problems = await checkConfig(await loadText(folder, text, loading), options);
  return problems.map(({ code, line, column, file }) => [
    code,
    line === undefined ? file : `${line}:${column}`,
  ]);
}

function tls(certFile: string, keyFile: string): string {
  return `[tls]\ncert_file = ${JSON.stringify(certFile)}\nkey_file = ${JSON.stringify(keyFile)}\n`;
}

function listener(name: string, port: number, more = ''): string {
  return `[[listeners]]\nname = "${name}"\nport = ${port}\ntls = false\n${more}`;
}

test('a good configuration has no problems', async () => {
  assert.deepEqual(await check(`${tls(good.certFile, good.keyFile)}${listener('logs', 9020)}`), []);
  assert.deepEqual(await check('[tls]\nauto_generate = true\n'), []);
  assert.deepEqual(await check(PLAIN), []);
});

test('TLS without any certificate is refused, for the universal port and for a listener', async () => {
  assert.deepEqual(await check('[tls]\nenabled = true\n'), [['CFG0411', '2:11']]);
  assert.deepEqual(await check(`${PLAIN}[[listeners]]\nname = "a"\nport = 1\ntls = true\n`), [
    ['CFG0411', '6:7'],
  ]);
});

test('a certificate without a key, or a key without a certificate, is refused', async () => {
  assert.deepEqual(await check('[tls]\ncert_file = "good.crt"\n'), [['CFG0412', '2:13']]);
  assert.deepEqual(await check('[tls]\nauto_generate = true\nkey_file = "good.key"\n'), [
    ['CFG0412', '3:12'],
  ]);
});

test('certificate files that do not exist are told, but not offline', async () => {
  const text = tls('no.crt', 'no.key');
  assert.deepEqual(await check(text), [
    ['CFG0413', '2:13'],
    ['CFG0413', '3:12'],
  ]);
  assert.deepEqual(await check(text, { offline: true }), []);
});

test('files that hold something else are told', async () => {
  writeFileSync(join(folder, 'text'), 'hello');
  assert.deepEqual(await check(tls('text', 'text')), [
    ['CFG0414', '2:13'],
    ['CFG0414', '3:12'],
  ]);
});

test('a key of another certificate is told', async () => {
  assert.deepEqual(await check(tls(good.certFile, other.keyFile)), [['CFG0415', '3:12']]);
});

test('an expired, a future and a soon expiring certificate are told', async () => {
  const expired = writeCertificate(folder, 'expired', { fromDays: -9, untilDays: -1 });
  const future = writeCertificate(folder, 'future', { fromDays: 2 });
  const late = writeCertificate(folder, 'late', { untilDays: 13 });
  const early = writeCertificate(folder, 'early', { untilDays: 15 });
  assert.deepEqual(await check(tls(expired.certFile, expired.keyFile)), [['CFG0416', '2:13']]);
  assert.deepEqual(await check(tls(future.certFile, future.keyFile)), [['CFG0416', '2:13']]);
  assert.deepEqual(await check(tls(late.certFile, late.keyFile)), [['CFG0417', '2:13']]);
  assert.deepEqual(await check(tls(early.certFile, early.keyFile)), []);
});

test('two listeners on one port are refused, also through wildcards and other spellings', async () => {
  const clash = async (first: string, second: string) => {
    const text = `${PLAIN}[network]\nbind_address = "${first}"\nport = 7000\n`;
    const codes = await check(text + listener('a', 7000, `bind_address = "${second}"\n`), { offline: true });
    return codes.some(([code, place]) => code === 'CFG0404' && place === '8:8');
  };
  assert.equal(await clash('127.0.0.1', '127.0.0.1'), true);
  assert.equal(await clash('127.0.0.1', '0.0.0.0'), true);
  assert.equal(await clash('0.0.0.0', '10.0.0.1'), true);
  assert.equal(await clash('::', '127.0.0.1'), true);
  assert.equal(await clash('::1', '0:0:0:0:0:0:0:1'), true);
  assert.equal(await clash('localhost', '::1'), true);
  assert.equal(await clash('127.0.0.1', '127.0.0.2'), false);
  assert.equal(await clash('0.0.0.0', '::1'), false);
});

test('port 0 is never claimed twice', async () => {
  assert.deepEqual(await check(PLAIN + listener('a', 0) + listener('b', 0)), []);
});

test('two listeners of one name are refused, and "main" is taken', async () => {
  assert.deepEqual(await check(PLAIN + listener('a', 1) + listener('a', 2) + listener('main', 3)), [
    ['CFG0405', '8:8'],
    ['CFG0405', '12:8'],
  ]);
});

test('an address has to be one, and one of this machine', async () => {
  const address = (value: string) => `${PLAIN}[network]\nbind_address = "${value}"\n`;
  assert.deepEqual(await check(address('1.2.3')), [['CFG0401', '4:16']]);
  assert.deepEqual(await check(address('203.0.113.7')), [['CFG0402', '4:16']]);
  assert.deepEqual(await check(address('localhost')), []);
  assert.deepEqual(await check(`${address('::1')}ipv6_enabled = false\n`), [['CFG0403', '4:16']]);
});

test('a port without TLS that others can reach is a warning', async () => {
  assert.deepEqual(await check(`${PLAIN}[network]\nbind_address = "0.0.0.0"\n`), [['CFG0406', '4:16']]);
  assert.deepEqual(await check('[tls]\nauto_generate = true\n[network]\nbind_address = "0.0.0.0"\n'), []);
});

test('a problem of a value from the environment names the variable', async () => {
  const env = { SERVER__NETWORK__BIND_ADDRESS: '203.0.113.7', SERVER__TLS__ENABLED: 'false' };
  assert.deepEqual(await check('', {}, { env }), [['CFG0402', 'SERVER__NETWORK__BIND_ADDRESS']]);
});

test('a first batch larger than the largest is refused', async () => {
  const text = `${PLAIN}[logs]\nmax_batch_size = 50\ninitial_batch_size = 51\n`;
  assert.deepEqual(await check(text, { offline: true }), [['CFG0441', '5:22']]);
});

test('folders that can be made are fine, and nothing is made', async () => {
  const text = `${PLAIN}[storage]\ndata_dir = "deep/er/data"\n[logging]\nfile = "log/server.log"\n`;
  assert.deepEqual(await check(text), []);
  assert.ok(!existsSync(join(folder, 'deep')) && !existsSync(join(folder, 'log')));
});

test('a file in the place of a folder, and a folder in the place of a file, are told', async () => {
  writeFileSync(join(folder, 'file'), '');
  const text = `${PLAIN}[storage]\ndata_dir = "file/data"\n[logging]\nfile = "."\n[logs]\ndirectory = "file"\n`;
  assert.deepEqual(await check(text), [
    ['CFG0422', '4:12'],
    ['CFG0422', '6:8'],
    ['CFG0422', '8:13'],
  ]);
  assert.deepEqual(await check(text, { offline: true }), []);
});

test('a folder that cannot be written to is told', () => {
  assert.deepEqual(checkLockedFolders(join(folder, 'locked')), [
    ['CFG0421', 'storage.data_dir'],
    ['CFG0421', 'daemon.pid_file'],
  ]);
});

test('a user and a group have to exist', () => {
  const codes = (user: string, group: string) =>
    checkAccounts(fillDefaults({ daemon: { user, group } })).map(({ code }) => code);
  assert.deepEqual(codes('no-such-user', 'no-such-group'), ['CFG0431', 'CFG0432']);
  assert.deepEqual(codes('root', '0'), []);
  assert.deepEqual(codes('', ''), []);
});
