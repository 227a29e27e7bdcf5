import type { Logger } from '../observe/logger.ts';
import type { Complaints } from '../protocols/protocol.ts';

const INTERVAL_MS = 60_000;
/** Lines in that time, however many peers there are; beyond that only the counts tell. */
const LINES_MAX = 100;

/**
 * Tells of misbehaving peers once per peer, reason and minute, so that a hostile or misconfigured client
 * cannot fill the log.
 */
export class PeerComplaints implements Complaints {
  readonly #logger: Logger;
  readonly #told = new Set<string>();
  #since = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  tell(address: string, reason: string, fields: object, message: string): void {
    const now = Date.now();
    if (now - this.#since >= INTERVAL_MS) {
      this.#told.clear();
      this.#since = now;
    }
    const key = `${address} ${reason}`;
    if (this.#told.has(key) || this.#told.size >= LINES_MAX) return;
    this.#told.add(key);
    this.#logger.warn(fields, message);
  }
}
