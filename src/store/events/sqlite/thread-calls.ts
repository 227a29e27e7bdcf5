import type { MessagePort } from 'node:worker_threads';
import { EventStoreError, type EventStoreErrorCode } from '../event-store-error.ts';
import { explainFailure } from './sqlite-error.ts';

// biome-ignore lint/suspicious/noExplicitAny: each call has arguments of its own; both ends share their types.
export type Calls = Record<string, (...args: any[]) => unknown>;

export interface ThreadCall {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** An error on its way between threads, which keeps no class. */
export interface Failure {
  readonly code: EventStoreErrorCode;
  readonly message: string;
  readonly cause: unknown;
}

export type Outcome = { readonly value: unknown } | { readonly failure: Failure };
export type ThreadAnswer = Outcome & { readonly id: number };

/** Serves a connection's calls one after the other. What is neither the world's fault nor a refusal ends the thread. */
export function serveCalls(port: MessagePort, path: string, calls: Calls): void {
  port.on('message', ({ id, name, args }: ThreadCall) => {
    port.postMessage({ id, ...tryCall(path, () => calls[name]?.(...args)) });
  });
}

function tryCall(path: string, call: () => unknown): Outcome {
  try {
    return { value: call() };
  } catch (error) {
    const known = error instanceof EventStoreError ? error : explainFailure(error, path);
    if (known === undefined) throw error;
    return toFailure(known);
  }
}

export function toFailure({ code, message, cause }: EventStoreError): { readonly failure: Failure } {
  return { failure: { code, message, cause } };
}
