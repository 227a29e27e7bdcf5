import type { Problem } from '../config/problem.ts';

/** What a server that starts in the background tells the program that started it. */
export type StartMessage =
  /** Every listener is served. */
  { readonly type: 'ready' } | { readonly type: 'failed'; readonly failure: StartFailure };

export interface StartFailure {
  readonly code: string;
  readonly message: string;
  readonly exitCode: number;
  /** Of the configuration. */
  readonly problems: readonly Problem[] | undefined;
}
