import { SESSION_LIMITS } from './limits.ts';
import type { Kind } from './messages.ts';

interface OpenRequest {
  readonly answerKind: Kind | undefined;
  readonly deadline: number;
}

/** The requests to a forwarder that have no answer yet, the oldest first. */
export class OpenRequests {
  readonly #open = new Map<string, OpenRequest>();

  /** When the first of them is overdue, `Infinity` for never. */
  get nextDeadline(): number {
    for (const { deadline } of this.#open.values()) return deadline;
    return Number.POSITIVE_INFINITY;
  }

  /** Returns false where there are too many, or where there is one of this name. */
  open(requestId: string, answerKind: Kind | undefined, now: number): boolean {
    if (this.#open.size >= SESSION_LIMITS.openRequestsMax || this.#open.has(requestId)) return false;
    this.#open.set(requestId, { answerKind, deadline: now + SESSION_LIMITS.requestTimeoutMs });
    return true;
  }

  has(requestId: string): boolean {
    return this.#open.has(requestId);
  }

  /** Returns false where nobody waits for an answer of this kind. */
  close(requestId: string, answerKind: Kind | undefined): boolean {
    const request = this.#open.get(requestId);
    return request !== undefined && request.answerKind === answerKind && this.#open.delete(requestId);
  }

  /** Gives up those whose time is over, and returns their names. */
  closeOverdue(now: number): string[] {
    return this.#closeWhere(({ deadline }) => now >= deadline);
  }

  closeAll(): string[] {
    return this.#closeWhere(() => true);
  }

  #closeWhere(isDue: (request: OpenRequest) => boolean): string[] {
    const due = [...this.#open].filter(([, request]) => isDue(request)).map(([requestId]) => requestId);
    for (const requestId of due) this.#open.delete(requestId);
    return due;
  }
}
