import { setTimeout as delay } from 'node:timers/promises';
import type { Faults } from '../../support/clients/faults.ts';
import { HttpStream } from '../../support/clients/http-stream.ts';
import { type LogClient, LogStream } from '../../support/clients/log-stream.ts';
import { visitHttp, visitLogs } from '../../support/clients/visits.ts';
import type { Address } from '../../support/log-client.ts';
import type { Report } from '../report.ts';

export interface CrowdOptions {
  /** Each takes its share of the connections. */
  readonly addresses: readonly Address[];
  readonly connections: number;
  readonly visitsPerSec: number;
}

const LOG_PAUSE_MS = 100;
const HTTP_PAUSE_MS = 200;

/** Standing connections and visitors, half with log frames and half with HTTP. */
export class Crowd {
  readonly #options: CrowdOptions;
  readonly #standing: Faults;
  readonly #visiting: Faults;
  readonly #stopped = new AbortController();
  readonly #logStreams: LogStream[] = [];
  readonly #httpStreams: HttpStream[] = [];
  readonly #logVisits: LogClient[] = [];
  readonly #running: Promise<unknown>[] = [];
  #visits = 0;

  constructor(options: CrowdOptions, standing: Faults, visiting: Faults) {
    this.#options = options;
    this.#standing = standing;
    this.#visiting = visiting;
  }

  start(): void {
    const { addresses, connections } = this.#options;
    for (let i = 0; i < connections; i += 1) {
      const base = {
        address: addresses[(i >> 1) % addresses.length] as Address,
        faults: this.#standing,
        stopped: this.#stopped.signal,
      };
      if (i % 2 === 0) {
        this.#logStreams.push(new LogStream({ ...base, name: `log${i}`, pauseMs: LOG_PAUSE_MS }));
      } else this.#httpStreams.push(new HttpStream({ ...base, name: `http${i}`, pauseMs: HTTP_PAUSE_MS }));
    }
    for (const stream of [...this.#logStreams, ...this.#httpStreams]) this.#running.push(stream.run());
    this.#running.push(this.#visit());
  }

  /** Resolves when the last connection has ended. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#running);
  }

  get logClients(): LogClient[] {
    return [...this.#logStreams, ...this.#logVisits];
  }

  tell(report: Report): void {
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    report.figure('standing log connections', this.#logStreams.length);
    report.figure('  opened', sum(this.#logStreams.map(({ connections }) => connections)));
    report.figure('standing HTTP connections', this.#httpStreams.length);
    report.figure('  opened', sum(this.#httpStreams.map(({ connections }) => connections)));
    report.figure('  requests answered', sum(this.#httpStreams.map(({ answered }) => answered)));
    report.figure('visits', this.#visits);
  }

  async #visit(): Promise<void> {
    const { addresses, visitsPerSec } = this.#options;
    const startedAt = performance.now();
    const visiting = new Set<Promise<unknown>>();
    while (!this.#stopped.signal.aborted && visitsPerSec > 0) {
      const i = this.#visits;
      this.#visits += 1;
      const address = addresses[(i >> 1) % addresses.length] as Address;
      const visit =
        i % 2 === 0
          ? visitLogs(address, `visit${i}`, this.#visiting).then((client) => this.#logVisits.push(client))
          : visitHttp(address, `visit${i}`, this.#visiting);
      visiting.add(visit);
      void visit.finally(() => visiting.delete(visit));
      await delay(Math.max(0, startedAt + (this.#visits * 1000) / visitsPerSec - performance.now()));
    }
    await Promise.all(visiting);
  }
}
