import { EXIT } from '../exit-codes.ts';

/** The messages could not be sent, or not all of them. */
export class SendError extends Error {
  readonly code: 'ERR_SEND_UNREACHABLE' | 'ERR_SEND_TLS' | 'ERR_SEND_REFUSED' | 'ERR_SEND_CA';
  readonly exitCode: number;

  constructor(code: SendError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'SendError';
    this.code = code;
    this.exitCode = code === 'ERR_SEND_CA' ? EXIT.failed : EXIT.unreachable;
  }
}
