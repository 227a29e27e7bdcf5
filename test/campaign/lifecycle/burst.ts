import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Faults } from '../../support/clients/faults.ts';
import { LogStream } from '../../support/clients/log-stream.ts';
import { type Address, openConnection } from '../../support/log-client.ts';
import type { Report } from '../report.ts';
import type { Undo } from '../undo.ts';
import type { Scale } from './scale.ts';
import { checkMessages, checkSequences, readStoredLines } from './stored-lines.ts';
import { listPids, Subject } from './subject.ts';

const SETTLE_MS = 60_000;
const REFUSED_MS = 5000;
/** Signals between two edits of the file. */
const SIGNALS_PER_EDIT = 10;

/** SIGHUPs in a burst while the file changes: what was written last runs in the end. */
export async function runBurst(report: Report, undo: Undo, { signals }: Scale): Promise<void> {
  const subject = await Subject.start(undo);
  const before = await subject.status();
  const faults = new Faults();
  const stopped = new AbortController();
  const address = await subject.addressOf('main');
  const stream = new LogStream({ name: 'burst', address, pauseMs: 5, faults, stopped: stopped.signal });
  const streaming = stream.run();
  for (let i = 0; i < signals; i += 1) {
    if (i % SIGNALS_PER_EDIT === 0) {
      subject.settings.logging.level = i % (2 * SIGNALS_PER_EDIT) === 0 ? 'debug' : 'info';
      subject.settings.logs.max_message_bytes = 200_000 - i;
      subject.save();
    }
    subject.signal('SIGHUP');
    // Without a turn, the kernel makes one signal of all.
    await nextTurn();
  }
  const startedAt = performance.now();
  const after = await subject
    .until('the file runs', ({ config }) => config.revision > 1 && !config.file_differs, SETTLE_MS)
    .catch((error: Error) => report.detail(error.message));
  report.promise('the last edit is applied', after !== undefined);
  report.figure('last signal to applied', `${Math.round(performance.now() - startedAt)} ms`);
  stopped.abort();
  await streaming;
  if (after !== undefined) {
    report.figure('revisions of the signals', after.config.revision - before.config.revision);
    await checkFile(subject, report);
    await checkLimit(subject, address, report);
    const isSame = (['worker', 'store'] as const).every(
      (role) => String(listPids(after, role)) === String(listPids(before, role)),
    );
    report.promise('live keys replace no process', isSame);
    report.promise('no reload was refused', after.config.refused === null);
  }
  report.none(faults, ['refused', 'reset', 'cut']);
  report.promise('the connection lived through it', stream.connections === 1, stream.connections);
  report.promise('SIGTERM ends the server in order', (await subject.daemon.stop()) === 0);
  const lines = await readStoredLines([`${subject.daemon.folder}/data/logs`]);
  checkSequences(lines, report);
  checkMessages(lines, [stream], report);
}

/** A frame that announces a byte more than the last edit allows is refused; the edits before allowed it. */
async function checkLimit(subject: Subject, address: Address, report: Report): Promise<void> {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(Number(subject.settings.logs.max_message_bytes) + 1);
  const socket = await openConnection(address);
  socket.setTimeout(REFUSED_MS, () => socket.destroy());
  socket.write(header);
  await once(socket, 'close');
  const { counts } = await subject.status();
  const refused = Object.keys(counts).filter((name) => name.startsWith('log_frames_refused.'));
  report.promise('the worker has the limit of the last edit', refused.length === 1, refused.join());
}

/** What the daemon says of the file and of its history. */
async function checkFile(subject: Subject, report: Report): Promise<void> {
  try {
    const { changes } = await subject.call('diff', {});
    report.promise('nothing differs between file and daemon', changes.length === 0, changes.length);
    const { revisions } = await subject.call('history', {});
    const running = revisions.find(({ is_running }) => is_running);
    report.promise('the running revision has the hash of the file', running?.hash === subject.hash());
  } catch (error) {
    report.promise('diff and history answer', false);
    report.detail((error as Error).message);
  }
}
