import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { createAuthority, issueCertificate, type KeyedCertificate } from '../../../src/tls/issue.ts';
import { createKey } from '../../../src/tls/key.ts';
import { ClientConnection } from '../../support/clients/client-connection.ts';
import { Faults } from '../../support/clients/faults.ts';
import { LogStream } from '../../support/clients/log-stream.ts';
import { createFolder } from '../../support/folder.ts';
import type { Address } from '../../support/log-client.ts';
import type { Report } from '../report.ts';
import type { Undo } from '../undo.ts';
import { checkMessages, checkSequences, readStoredLines } from './stored-lines.ts';
import { listPids, Subject } from './subject.ts';

const APPLIED_MS = 20_000;
const DAYS = 90;

/** New certificate files under connected clients: on a signal, and by the watch on the files. */
export async function runRotateCertificate(report: Report, undo: Undo): Promise<void> {
  await rotate(report, undo, 'SIGHUP');
  await rotate(report, undo, 'watching');
}

async function rotate(report: Report, undo: Undo, by: 'SIGHUP' | 'watching'): Promise<void> {
  const folder = createFolder(undo);
  const authority = await makeAuthority();
  const files = { cert_file: join(folder, 'server.crt'), key_file: join(folder, 'server.key') };
  const write = ({ certificate, key }: KeyedCertificate) => {
    writeFileSync(files.key_file, key, { mode: 0o600 });
    writeFileSync(files.cert_file, certificate);
  };
  write(await makeCertificate(authority));
  const subject = await Subject.start(undo, { tls: { enabled: true, ...files } }, by === 'watching');
  const { address: host, port } = await subject.daemon.listener();
  const address = { address: host, port, ca: Buffer.from(authority.certificate) };
  const first = await readFingerprint(address);
  const before = await subject.status();

  const faults = new Faults();
  const stopped = new AbortController();
  const stream = new LogStream({ name: by, address, pauseMs: 5, faults, stopped: stopped.signal });
  const streaming = stream.run();
  const standing = await ClientConnection.open(address, faults, `${by}-standing`);
  standing?.socket.setTimeout(0);

  write(await makeCertificate(authority));
  if (by === 'SIGHUP') subject.signal('SIGHUP');
  const second = await untilOther(address, first);
  report.promise(`${by}: a client that comes after sees the new certificate`, second !== first);
  report.promise(`${by}: a client that was there keeps its session`, standing?.isOpen === true);

  // The key of one and the certificate of another.
  const [{ certificate }, { key }] = [await makeCertificate(authority), await makeCertificate(authority)];
  write({ certificate, key });
  if (by === 'SIGHUP') subject.signal('SIGHUP');
  const refused = await subject
    .until('the mismatch is refused', ({ config }) => config.refused !== null, APPLIED_MS)
    .catch((error: Error) => report.detail(error.message));
  report.promise(`${by}: a key of another certificate is told`, refused !== undefined);
  if (refused) report.figure(`${by}: what is told`, refused.config.refused?.message ?? '');
  report.promise(`${by}: and changes nothing`, (await readFingerprint(address)) === second);

  write(await makeCertificate(authority));
  if (by === 'SIGHUP') subject.signal('SIGHUP');
  report.promise(`${by}: a good one after it is taken`, (await untilOther(address, second)) !== second);

  const after = await subject.status();
  const isSame = String(listPids(after, 'worker')) === String(listPids(before, 'worker'));
  report.promise(`${by}: the workers stay`, isSame);
  stopped.abort();
  standing?.socket.end();
  await Promise.all([streaming, standing?.closed]);
  report.none(faults, ['refused', 'reset', 'cut'], `${by}: connections`);
  report.promise(`${by}: the stream lived through it`, stream.connections === 1, stream.connections);
  report.promise(`${by}: SIGTERM ends the server in order`, (await subject.daemon.stop()) === 0);
  const lines = await readStoredLines([`${subject.daemon.folder}/data/logs`]);
  checkSequences(lines, report);
  checkMessages(lines, [stream], report);
}

/** The fingerprint that new clients see, as soon as it is another one; the old one where that takes too long. */
async function untilOther(address: Address, old: string): Promise<string> {
  const deadline = performance.now() + APPLIED_MS;
  for (;;) {
    const fingerprint = await readFingerprint(address);
    if (fingerprint !== old || performance.now() > deadline) return fingerprint;
  }
}

async function readFingerprint({ address: host, port, ca }: Address): Promise<string> {
  const socket = connect({ host, port, ca, servername: 'localhost' });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('secureConnect', () => resolve(socket.getPeerCertificate().fingerprint256));
    });
  } finally {
    socket.destroy();
    await closed;
  }
}

async function makeAuthority(): Promise<KeyedCertificate> {
  const key = await createKey();
  return { certificate: await createAuthority('Campaign', key), key };
}

async function makeCertificate(authority: KeyedCertificate): Promise<KeyedCertificate> {
  const key = await createKey();
  const names = ['localhost', '127.0.0.1'];
  return { certificate: await issueCertificate(authority, { kind: 'server', names, days: DAYS, key }), key };
}
