import type { Logger } from '../observe/logger.ts';

const INTERVAL_MS = 60_000;
/** Peers remembered at a time; beyond that only the counts tell. */
const PEERS_MAX = 10_000;

/**
 * Tells of misbehaving peers once per peer, reason and minute, so that a hostile or misconfigured client
 * cannot fill the log.
 */
export class Complaints {
  readonly #logger: Logger;
  readonly #told = new Set<string>();
  #since = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  tell(address: string, reason: string, fields: Record<string, unknown>, message: string): void {
    const now = Date.now();
    if (now - this.#since >= INTERVAL_MS) {
      this.#told.clear();
      this.#since = now;
    }
    const key = `${address} ${reason}`;
    if (this.#told.has(key) || this.#told.size >= PEERS_MAX) return;
    this.#told.add(key);
    this.#logger.warn(fields, message);
  }
}
