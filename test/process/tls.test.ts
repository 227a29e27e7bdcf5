import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Daemon, runServer } from '../support/daemon.ts';
import { createFolder } from '../support/folder.ts';
import { createFrames, openConnection, sendAndClose } from '../support/log-client.ts';
import { readLogLines } from '../support/log-lines.ts';

const withoutCurl = spawnSync('curl', ['--version']).status === 0 ? false : 'curl is missing';
const AUTO = '[tls]\nenabled = true\nauto_generate = true\n';

async function curl(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('curl', ['--silent', '--show-error', '--fail', ...args]);
  return stdout;
}

test('curl trusts the generated certificate by name and by address', { skip: withoutCurl }, async (t) => {
  const daemon = await Daemon.start(t, AUTO);
  const { port } = await daemon.listener();
  const ca = join(daemon.folder, 'data/certs/ca.crt');
  for (const host of ['localhost', '127.0.0.1']) {
    const resolve = ['--resolve', `localhost:${port}:127.0.0.1`];
    await curl('--cacert', ca, ...resolve, `https://${host}:${port}/healthz`);
  }
  await assert.rejects(curl(`https://127.0.0.1:${port}/healthz`), /certificate/);
});

test('a server certificate of generate-cert is served, and its clients trust it', async (t) => {
  const folder = createFolder(t);
  const made = await runServer(['generate-cert', '--json'], { cwd: folder });
  const { certFile, keyFile, authorityFile } = JSON.parse(made.stdout);
  const daemon = await Daemon.start(
    t,
    `[tls]\nenabled = true\ncert_file = "${certFile}"\nkey_file = "${keyFile}"\n`,
    { folder },
  );
  const { address, port } = await daemon.listener();
  const ca = readFileSync(authorityFile);
  await sendAndClose(await openConnection({ address, port, ca }), createFrames('made', 10));
  await daemon.stop();
  assert.equal(readLogLines(daemon.logFile).length, 10);
});

test('the generated authority survives a restart, and so does the trust of clients', async (t) => {
  const first = await Daemon.start(t, AUTO);
  const ca = readFileSync(join(first.folder, 'data/certs/ca.crt'));
  await first.stop();
  rmSync(join(first.folder, 'data/certs/server.crt'));
  const second = await Daemon.start(t, AUTO, { folder: first.folder });
  const { address, port } = await second.listener();
  const socket = await openConnection({ address, port, ca });
  await sendAndClose(socket, createFrames('again', 1));
  assert.equal(second.log.filter(({ message }) => /made a new authority/.test(String(message))).length, 0);
});

test('an authority that lost its key is not replaced; the server says what to do and ends', async (t) => {
  const daemon = await Daemon.start(t, AUTO);
  await daemon.stop();
  const certs = join(daemon.folder, 'data/certs');
  const ca = readFileSync(join(certs, 'ca.crt'));
  rmSync(join(certs, 'ca.key'));
  rmSync(join(certs, 'server.crt'));
  const { code, stderr, stdout } = await runServer(['run', '--config', daemon.configFile], {
    cwd: daemon.folder,
  });
  assert.notEqual(code, 0);
  assert.match(stdout + stderr, /ca\.key of the authority .* is missing; put it back/);
  assert.deepEqual(readFileSync(join(certs, 'ca.crt')), ca);
});

test('clients that stop in the middle of a handshake hold up nobody', async (t) => {
  const daemon = await Daemon.start(t, AUTO);
  const { address, port } = await daemon.listener();
  const ca = readFileSync(join(daemon.folder, 'data/certs/ca.crt'));
  const silent = await Promise.all(Array.from({ length: 50 }, () => openConnection({ address, port })));
  for (const socket of silent) socket.write('\x16\x03\x01\x02\x00\x01');
  await sendAndClose(await openConnection({ address, port, ca }), createFrames('good', 100));
  const closed = silent.map((socket) => once(socket, 'close').catch(() => {}));
  assert.equal(await daemon.stop(), 0);
  await Promise.all(closed);
  assert.equal(readLogLines(daemon.logFile).length, 100);
});
