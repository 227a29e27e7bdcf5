/**
 * A part that runs. Construction opens nothing.
 *
 * `start` resolves when it serves. `drain` takes nothing new and finishes what it accepted, until the
 * deadline aborts. `close` releases everything, also without a start, also twice.
 */
export interface Component {
  start(): Promise<void>;
  drain(deadline: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
