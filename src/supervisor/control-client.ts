import { connect } from 'node:net';
import type { Paths } from '../config/paths.ts';

export class ControlError extends Error {
  /** `ERR_CONTROL_UNREACHABLE`: nobody answers; `ERR_CONTROL_DENIED`: another user's; else the server's own. */
  readonly code: string;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const TIMEOUT_MS = 10_000;
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

/** Asks a running daemon. Throws `ControlError`. */
export function callControl(
  paths: Paths,
  method: string,
  params: object = {},
  { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const socket = connect(paths.controlSocket);
  let received = '';
  socket.setEncoding('utf8');
  socket.setTimeout(timeoutMs, () => {
    fail('ERR_CONTROL_UNREACHABLE', `the server did not answer within ${timeoutMs / 1000} s`);
  });
  socket.on('connect', () => socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`));
  socket.on('data', (text: string) => {
    received += text;
    if (received.length > ANSWER_BYTES_MAX)
      fail('ERR_CONTROL_ANSWER', 'the answer of the server is too long');
    if (!received.endsWith('\n')) return;
    socket.end();
    const { result, error } = JSON.parse(received);
    if (error === undefined) resolve(result);
    else reject(new ControlError(error.data?.code ?? 'ERR_CONTROL_ANSWER', error.message));
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES' || error.code === 'EPERM') {
      fail(
        'ERR_CONTROL_DENIED',
        `no permission to open ${paths.controlSocket}; run this as the server's user`,
        error,
      );
    } else {
      fail('ERR_CONTROL_UNREACHABLE', `no server answers at ${paths.controlSocket} (${error.code})`, error);
    }
  });
  socket.on('close', () =>
    fail('ERR_CONTROL_UNREACHABLE', 'the server closed the connection without an answer'),
  );
  return promise;

  function fail(code: string, message: string, cause?: unknown): void {
    socket.destroy();
    reject(new ControlError(code, message, cause));
  }
}
