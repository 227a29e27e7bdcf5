import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'smol-toml';
import { Random } from '../../../scripts/fuzz/random.ts';
import { Faults } from '../../support/clients/faults.ts';
import { visitHttp } from '../../support/clients/visits.ts';
import { describeTimes, type Report } from '../report.ts';
import type { Undo } from '../undo.ts';
import { EDITS, edit, findDamage, isDone, type Kind, LOG_FOLDERS, makeMistake } from './actions.ts';
import { Crowd } from './crowd.ts';
import type { Scale } from './scale.ts';
import { checkMessages, checkSequences, readStoredLines } from './stored-lines.ts';
import { NotReachedError, Subject } from './subject.ts';

const DONE_MS = 20_000;
const REST_MS = { min: 50, max: 300 };
/** Below the ports that the kernel gives to clients. */
const PORTS = { min: 20_000, max: 30_000 };
/** An action that never ends says the same of the next ones. */
const UNDONE_MAX = 5;

/** Reloads of every kind, handovers and broken edits under connections that stand and connections that come. */
export async function runReload(report: Report, undo: Undo, scale: Scale): Promise<void> {
  const random = new Random(scale.seed);
  const ports = await findFreePorts(random, 3);
  const takenPort = await takePort(undo);
  const subject = await Subject.start(undo, {
    tls: { enabled: true, auto_generate: true },
    logs: { directory: LOG_FOLDERS[0] as string, file_name: '_main.log', max_message_bytes: 200_000 },
    listeners: [{ name: 'plain', port: 0, tls: false }],
  });
  const addresses = [await subject.addressOf('main'), await subject.addressOf('plain')];
  const [standing, visiting] = [new Faults(), new Faults()];
  const { connections, visits: visitsPerSec } = scale;
  const crowd = new Crowd({ addresses, connections, visitsPerSec }, standing, visiting);
  const loopDelay = monitorEventLoopDelay({ resolution: 5 });
  loopDelay.enable();
  crowd.start();
  const driver = new Driver(subject, random, ports, takenPort, report);
  await driver.run(planActions(scale, random));
  await crowd.stop();
  loopDelay.disable();
  driver.tell();
  crowd.tell(report);
  report.figure('longest stall of the clients themselves', `${Math.round(loopDelay.max / 1e6)} ms`);
  report.none(standing, ['refused', 'reset', 'cut', 'unanswered', 'wrong'], 'standing connections');
  report.none(visiting, ['refused', 'reset', 'cut', 'unanswered', 'wrong'], 'visits');
  report.promise('SIGTERM ends the server in order', (await subject.daemon.stop()) === 0);
  const lines = await readStoredLines(LOG_FOLDERS.map((name) => join(subject.daemon.folder, name)));
  checkSequences(lines, report);
  checkMessages(lines, crowd.logClients, report);
}

/** Does one action after the other and measures how long each takes to be done. */
class Driver {
  readonly #subject: Subject;
  readonly #random: Random;
  readonly #ports: readonly number[];
  readonly #takenPort: number;
  readonly #report: Report;
  readonly #timesMs = new Map<Kind, number[]>();
  readonly #rounds = new Map<Kind, number>();
  readonly #extra = new Faults();
  #damages = 0;
  #undone = 0;

  constructor(subject: Subject, random: Random, ports: readonly number[], takenPort: number, report: Report) {
    this.#subject = subject;
    this.#random = random;
    this.#ports = ports;
    this.#takenPort = takenPort;
    this.#report = report;
  }

  async run(actions: readonly Kind[]): Promise<void> {
    for (const kind of actions) {
      await this.#act(kind);
      if (this.#undone >= UNDONE_MAX) {
        this.#report.detail(`gave up after ${UNDONE_MAX} actions that were not done`);
        break;
      }
      await delay(REST_MS.min + this.#random.below(REST_MS.max - REST_MS.min));
    }
  }

  tell(): void {
    for (const [kind, times] of this.#timesMs) {
      this.#report.figure(`${kind}: ${times.length} ×, until done`, describeTimes(times));
    }
    this.#report.promise('actions that were not done in time', this.#undone === 0, this.#undone);
    this.#report.promise('actions that did what they must not', this.#damages === 0, this.#damages);
    this.#report.none(
      this.#extra,
      ['refused', 'reset', 'unanswered', 'wrong'],
      'the listener that comes and goes:',
    );
  }

  async #act(kind: Kind): Promise<void> {
    const round = this.#rounds.get(kind) ?? 0;
    this.#rounds.set(kind, round + 1);
    const subject = this.#subject;
    const before = await subject.status();
    const what = `${kind} ${round}`;
    if (kind === 'mistake') {
      subject.save(makeMistake(stringify(subject.settings), this.#random, this.#takenPort));
    } else if (kind !== 'handover') {
      edit(subject.settings, kind, round, this.#ports);
      subject.save();
    }
    const startedAt = performance.now();
    subject.signal(kind === 'handover' ? 'SIGUSR2' : 'SIGHUP');
    try {
      const now = await subject.until(what, (status) => isDone(kind, before, status), DONE_MS);
      const times = this.#timesMs.get(kind) ?? [];
      times.push(performance.now() - startedAt);
      this.#timesMs.set(kind, times);
      const damage = findDamage(kind, before, now);
      if (damage !== undefined) {
        this.#damages += 1;
        this.#report.detail(`${new Date().toISOString()} ${what} ${damage}`);
      }
      if (kind === 'listener') await this.#visitExtra(what);
    } catch (error) {
      if (!(error instanceof NotReachedError)) throw error;
      this.#undone += 1;
      this.#report.detail(error.message);
    }
  }

  /** A listener that was added or moved answers as soon as the reload is done. */
  async #visitExtra(what: string): Promise<void> {
    const port = this.#subject.settings.listeners.find(({ name }) => name === 'extra')?.port;
    if (port !== undefined) {
      await visitHttp({ address: '127.0.0.1', port: Number(port) }, what, this.#extra);
    }
  }
}

/** All actions in a random order. */
function planActions({ reloads, handovers, mistakes }: Scale, random: Random): Kind[] {
  const actions: Kind[] = [
    ...Array.from({ length: reloads }, (_, i) => EDITS[i % EDITS.length] as Kind),
    ...Array.from({ length: handovers }, () => 'handover' as const),
    ...Array.from({ length: mistakes }, () => 'mistake' as const),
  ];
  for (let i = actions.length - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [actions[i], actions[j]] = [actions[j] as Kind, actions[i] as Kind];
  }
  return actions;
}

async function findFreePorts(random: Random, count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = PORTS.min + random.below(PORTS.max - PORTS.min);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (isFree) {
      ports.add(port);
      server.close();
      await once(server, 'close');
    }
  }
  return [...ports];
}

async function takePort(undo: Undo): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.after(() => void server.close());
  return (server.address() as { port: number }).port;
}
