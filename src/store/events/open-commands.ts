import type { ForwarderCommand, RequestAnswer } from '../../link/streams.ts';
import { HUB_LIMITS } from './hub-limits.ts';

interface OpenCommand {
  readonly resolve: (answer: RequestAnswer) => void;
  readonly timer: NodeJS.Timeout;
}

/** The commands to a forwarder that have no answer yet. Each gets one: its own, or that there will be none. */
export class OpenCommands {
  readonly #timeoutMs: number;
  readonly #open = new Map<string, OpenCommand>();

  constructor(timeoutMs: number = HUB_LIMITS.commandTimeoutMs) {
    this.#timeoutMs = timeoutMs;
  }

  send(command: ForwarderCommand, send: (command: ForwarderCommand) => void): Promise<RequestAnswer> {
    const { requestId } = command;
    if (this.#open.size >= HUB_LIMITS.openCommandsMax) return Promise.resolve({ outcome: 'busy', requestId });
    const { promise, resolve } = Promise.withResolvers<RequestAnswer>();
    const timer = setTimeout(() => this.answer({ outcome: 'timeout', requestId }), this.#timeoutMs);
    this.#open.set(requestId, { resolve, timer });
    send(command);
    return promise;
  }

  /** Answers that nobody waits for are left aside. */
  answer(answer: RequestAnswer): void {
    const open = this.#open.get(answer.requestId);
    if (open === undefined) return;
    this.#open.delete(answer.requestId);
    clearTimeout(open.timer);
    open.resolve(answer);
  }

  /** The forwarder went away. */
  close(): void {
    for (const requestId of [...this.#open.keys()]) this.answer({ outcome: 'disconnected', requestId });
  }
}
