import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../../../scripts/fuzz/random.ts';
import { Faults } from '../../support/clients/faults.ts';
import { LogStream } from '../../support/clients/log-stream.ts';
import { visitHttpOften } from '../../support/clients/visits.ts';
import { quantile, type Report } from '../report.ts';
import type { Undo } from '../undo.ts';
import type { Scale } from './scale.ts';
import { checkSequences, readStoredLines } from './stored-lines.ts';
import { listPids, Subject } from './subject.ts';

const CLIENTS = 8;
const LOG_CLIENTS = 4;
const VISIT_PAUSE_MS = 5;
/** A process lives at most so long after it became ready; some are killed within the cooldown, some after. */
const LIFE_MS_MAX = 2000;
const READY_MS = 20_000;

/** SIGKILLs of worker and store at random moments: nobody who connects is refused. */
export async function runKill(report: Report, undo: Undo, { kills, seed }: Scale): Promise<void> {
  const random = new Random(seed);
  const subject = await Subject.start(undo, {
    daemon: { restart_cooldown_secs: 1, max_restarts: 1000 },
  });
  const address = await subject.addressOf('main');
  const [visiting, streaming] = [new Faults(), new Faults()];
  const stopped = new AbortController();
  const gapsMs: number[] = [];
  const streams = Array.from(
    { length: LOG_CLIENTS },
    (_, i) =>
      new LogStream({ name: `log${i}`, address, pauseMs: 2, faults: streaming, stopped: stopped.signal }),
  );
  const clients = [
    ...Array.from({ length: CLIENTS }, (_, i) =>
      visitHttpOften(
        { name: `visitor${i}`, address, pauseMs: VISIT_PAUSE_MS, faults: visiting, stopped: stopped.signal },
        (tookMs) => gapsMs.push(tookMs),
      ),
    ),
    ...streams.map((stream) => stream.run()),
  ];
  const counts = { worker: 0, store: 0 };
  for (let i = 0; i < kills; i += 1) {
    const role = random.pick(['worker', 'store'] as const);
    const status = await subject.until(
      `a ${role} is ready`,
      (now) => listPids(now, role).length > 0,
      READY_MS,
    );
    await delay(random.below(LIFE_MS_MAX));
    process.kill(listPids(status, role)[0] as number, 'SIGKILL');
    counts[role] += 1;
    await subject.until(
      `the killed ${role} is gone`,
      (now) => String(listPids(now, role)) !== String(listPids(status, role)),
      READY_MS,
    );
  }
  await subject.until('the server is ready again', ({ ready }) => ready, READY_MS);
  stopped.abort();
  await Promise.all(clients);
  report.figure('kills of a worker, of a store', `${counts.worker}, ${counts.store}`);
  report.figure('visits answered', gapsMs.length);
  report.figure('connect to first answer, median', `${quantile(gapsMs, 0.5)} ms`);
  report.figure('  99 of 100', `${quantile(gapsMs, 0.99)} ms`);
  report.figure('  worst', `${quantile(gapsMs, 1)} ms`);
  report.figure('visits cut by a kill, and tried again', visiting.counts.unanswered + visiting.counts.reset);
  report.none(visiting, ['refused', 'wrong'], 'visits');
  report.none(streaming, ['refused'], 'log connections');
  report.promise('SIGTERM ends the server in order', (await subject.daemon.stop()) === 0);
  checkSequences(await readStoredLines([`${subject.daemon.folder}/data/logs`]), report);
}
