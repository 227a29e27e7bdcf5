/** What is seen of the workers and the store, once a second. Times in milliseconds since the epoch. */
export interface Observation {
  /** Of the processes that serve now. */
  readonly restarts: number;
  /** Of each worker: refusals and faults among them. */
  readonly counts: readonly Readonly<Record<string, number>>[];
  readonly appliedAt: number;
  readonly cooldownMs: number;
  readonly nowMs: number;
}

export type Verdict =
  /** Nothing crashed for the cooldown. */
  'healthy' | { readonly fault: string } | 'open';

/** One crash may have many causes; so many soon after a change have that one. */
const RESTARTS_MAX = 2;
/** Fewer a second may be one confused client. */
const FAULTS_PER_SEC_MIN = 10;
/** How many times as many as before. */
const FAULTS_JUMP = 5;
/** How much of the past the usual rate is made of: seconds. */
const MEMORY_SECS = 60;

const FAULT = /^(connections_failed|connections_refused|log_frames_refused|http_refused)\b/;

/** Tells whether the configuration that was applied last works as well as the one before. */
export class TrialWatch {
  #usualPerSec = 0;
  #faults = 0;
  #faultsAt = 0;
  #appliedAt = 0;
  #restarts = 0;
  #changedAt = 0;
  #restartsAtStart = 0;

  observe({ restarts, counts, appliedAt, cooldownMs, nowMs }: Observation): Verdict {
    if (appliedAt !== this.#appliedAt) {
      this.#appliedAt = appliedAt;
      this.#changedAt = appliedAt;
      this.#restartsAtStart = restarts;
      this.#restarts = restarts;
      this.#faults = countFaults(counts);
      this.#faultsAt = nowMs;
      return 'open';
    }
    if (restarts !== this.#restarts) {
      this.#restarts = restarts;
      this.#changedAt = nowMs;
    }
    const perSec = this.#observeFaults(countFaults(counts), nowMs);
    if (restarts - this.#restartsAtStart > RESTARTS_MAX) {
      return { fault: `${restarts - this.#restartsAtStart} crashes since it was applied` };
    }
    if (perSec > FAULTS_PER_SEC_MIN && perSec > this.#usualPerSec * FAULTS_JUMP) {
      return {
        fault: `${Math.round(perSec)} refused or failed connections and frames a second, ${Math.round(this.#usualPerSec)} before`,
      };
    }
    const weight = 1 / MEMORY_SECS;
    this.#usualPerSec = this.#usualPerSec * (1 - weight) + perSec * weight;
    return nowMs - this.#changedAt >= cooldownMs ? 'healthy' : 'open';
  }

  #observeFaults(faults: number, nowMs: number): number {
    const seconds = Math.max(0.001, (nowMs - this.#faultsAt) / 1000);
    // New workers count from nothing.
    const more = Math.max(0, faults - this.#faults);
    this.#faults = faults;
    this.#faultsAt = nowMs;
    return more / seconds;
  }
}

function countFaults(all: readonly Readonly<Record<string, number>>[]): number {
  let faults = 0;
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) if (FAULT.test(name)) faults += count;
  }
  return faults;
}
