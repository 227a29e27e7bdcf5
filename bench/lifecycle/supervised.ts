import type { Address } from '../../test/support/log-client.ts';

/** A supervisor and the server that it keeps alive. */
export interface Supervised {
  readonly name: string;
  readonly http: Address;
  readonly logs: Address;
  /** The roots of its process trees. */
  readonly roots: readonly number[];
  /** The process that talks to clients. */
  findWorker(): Promise<number> | number;
  /** Replaces the process that talks to clients; resolves when the old one is gone. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}
