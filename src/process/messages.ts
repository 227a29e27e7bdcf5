import type { Listener } from '../config/listeners.ts';
import type { Paths } from '../config/paths.ts';
import type { Config } from '../config/types.generated.ts';

/** What a worker needs to serve. */
export interface WorkerOrder {
  readonly type: 'run';
  readonly config: Config;
  readonly paths: Paths;
  /** The listening sockets, each with the inherited descriptor. */
  readonly listeners: readonly (Listener & { readonly fd: number })[];
  /** Read by the supervisor, since the worker may not have the right to. */
  readonly tls: TlsMaterial | undefined;
}

/** PEM texts. */
export interface TlsMaterial {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string | undefined;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

/** What the store needs to serve. */
export interface StoreOrder {
  readonly type: 'run';
  readonly config: Config;
  readonly paths: Paths;
}

/** Supervisor → child. */
export type Order<Run extends { readonly type: 'run' }> =
  | Run
  /** Take nothing new, finish what was accepted, exit; cut off what is left after the time. */
  | { readonly type: 'drain'; readonly timeoutMs: number }
  /** Close now; what was acknowledged is safe. */
  | { readonly type: 'quit' }
  | { readonly type: 'report' };

/** Child → supervisor. */
export type Answer<Report> =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly error: { readonly code: string; readonly message: string } }
  | { readonly type: 'report'; readonly report: Report };

export interface WorkerReport {
  readonly connections: number;
  readonly connectionsTotal: number;
  /** Log messages and bytes of their lines, taken since this worker started. */
  readonly records: number;
  readonly bytes: number;
  /** Refusals, faults and the like by name. */
  readonly counts: Readonly<Record<string, number>>;
  readonly memoryBytes: number;
}

export interface StoreReport {
  readonly nextSequence: number;
  /** Since this store started. */
  readonly records: number;
  readonly bytes: number;
  readonly rotations: number;
  readonly retries: number;
  readonly commits: number;
  readonly ready: boolean;
  readonly reasons: readonly string[];
  readonly memoryBytes: number;
}
