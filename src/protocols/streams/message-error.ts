import type { ErrorCode } from './messages.ts';

/** A message, or a device, that is refused: what the `error` message to the client says. */
export class MessageError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, { retryable = false, cause }: MessageErrorOptions = {}) {
    super(message, { cause });
    this.name = 'MessageError';
    this.code = code;
    this.retryable = retryable;
  }
}

interface MessageErrorOptions {
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** A field of a message that is not what it must be. The path grows on the way out of lists. */
export class FieldError extends Error {
  readonly code = 'ERR_STREAMS_FIELD';
  readonly path: string;
  readonly found: string;
  readonly wanted: string;

  constructor(path: string, found: string, wanted: string) {
    super(`${path} is ${found}; it must be ${wanted}`);
    this.name = 'FieldError';
    this.path = path;
    this.found = found;
    this.wanted = wanted;
  }

  /** The same error, seen from the object whose list it is in. Empty: the entry itself is wrong. */
  within(list: string, index: number): FieldError {
    const entry = `${list}[${index}]`;
    return new FieldError(this.path === '' ? entry : `${entry}.${this.path}`, this.found, this.wanted);
  }
}
