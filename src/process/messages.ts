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
  /** Whether another worker serves until this one is ready, so that there is time to prepare for its clients. */
  readonly isSuccessor: boolean;
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
  /** Go on with this configuration, which differs in live keys only. Answered by `updated` or `refused`. */
  | { readonly type: 'update'; readonly to: Run }
  /**
   * Take nothing new, finish what was accepted, exit; cut off what is left after `timeoutMs`. Long-lived
   * connections are closed one after the other over `spreadMs`, so that their clients do not all come back at once.
   */
  | { readonly type: 'drain'; readonly timeoutMs: number; readonly spreadMs: number }
  /** Another program has renamed the files that are written. */
  | { readonly type: 'reopen' }
  /** Something that an operator asks for. Answered by `answered`. */
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly params: unknown }
  /** Close now; what was acknowledged is safe. */
  | { readonly type: 'quit' }
  /** Comes regularly: it is the heartbeat, too. */
  | { readonly type: 'report' };

/** Child → supervisor. */
export type Answer<Report> =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly error: AnswerError }
  | { readonly type: 'updated' }
  | { readonly type: 'refused'; readonly error: AnswerError }
  | { readonly type: 'answered'; readonly id: number; readonly result: unknown }
  | { readonly type: 'answered'; readonly id: number; readonly error: AnswerError }
  | { readonly type: 'report'; readonly report: Report | undefined };

export interface AnswerError {
  readonly code: string;
  readonly message: string;
}

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
