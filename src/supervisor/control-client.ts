import { connect } from 'node:net';
import { addAbortSignal } from 'node:stream';
import type { Paths } from '../config/paths.ts';
import type { Problem } from '../config/problem.ts';
import type { ControlApi } from './control-api.ts';

export class ControlError extends Error {
  /**
   * `ERR_CONTROL_UNREACHABLE`: nobody listens or the connection broke; `ERR_CONTROL_TIMEOUT`: somebody
   * listens and does not answer; `ERR_CONTROL_DENIED`: another user's; `ERR_CONTROL_ANSWER`: not an answer;
   * `ERR_CONTROL_METHOD`: a server of another version; else the server's own.
   */
  readonly code: string;
  /** What is wrong with the configuration, with `ERR_CONFIG_INVALID`. */
  readonly problems: readonly Problem[] | undefined;
  constructor(
    code: string,
    message: string,
    { problems, cause }: { problems?: readonly Problem[] | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'ControlError';
    this.code = code;
    this.problems = problems;
  }
}

export interface CallOptions {
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
const ANSWER_LENGTH_MAX = 16 * 1024 * 1024;
const RPC_METHOD_UNKNOWN = -32601;

/** Params can be left out where a method needs none. */
export type CallArguments<Name extends keyof ControlApi> =
  Record<never, never> extends ControlApi[Name]['params']
    ? [params?: ControlApi[Name]['params'], options?: CallOptions]
    : [params: ControlApi[Name]['params'], options?: CallOptions];

/** Asks a running daemon. Throws `ControlError`. */
export async function callControl<Name extends keyof ControlApi>(
  paths: Paths,
  method: Name,
  ...[params = {}, { timeoutMs = TIMEOUT_MS } = {}]: CallArguments<Name>
): Promise<ControlApi[Name]['result']> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    for await (const line of exchange(paths, { method, params }, signal)) return readResult(line, method);
  } catch (error) {
    throw signal.aborted ? createTimeout(timeoutMs, error) : error;
  }
  throw new ControlError('ERR_CONTROL_UNREACHABLE', 'the server closed the connection without an answer');
}

/**
 * The last lines of the daemon's own log, together, and then each further one, until the server or `signal` ends
 * it. Throws `ControlError`.
 */
export async function* followControl(
  paths: Paths,
  lines: number,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), TIMEOUT_MS);
  const request = { method: 'tail', params: { lines, follow: true } };
  let isAnswered = false;
  try {
    for await (const message of exchange(paths, request, AbortSignal.any([signal, silence.signal]))) {
      if (isAnswered) {
        const { method, params } = parseAnswer(message);
        if (method === 'line' && typeof params?.line === 'string') yield [params.line];
      } else {
        clearTimeout(timer);
        isAnswered = true;
        yield readResult(message, 'tail').lines;
      }
    }
  } catch (error) {
    throw silence.signal.aborted ? createTimeout(TIMEOUT_MS, error) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** One request, and the lines that come back until either side closes. */
async function* exchange(
  { controlSocket }: Paths,
  request: { readonly method: string; readonly params: object },
  signal: AbortSignal,
): AsyncGenerator<string> {
  const socket = addAbortSignal(signal, connect(controlSocket)).setEncoding('utf8');
  socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, ...request })}\n`);
  let received = '';
  try {
    for await (const text of socket) {
      const lines = (received + text).split('\n');
      received = lines.pop() as string;
      if (received.length > ANSWER_LENGTH_MAX) {
        throw new ControlError('ERR_CONTROL_ANSWER', 'the answer of the server is too long');
      }
      yield* lines;
    }
  } catch (error) {
    throw error instanceof ControlError ? error : explain(error as NodeJS.ErrnoException, controlSocket);
  } finally {
    socket.destroy();
  }
}

interface Answer {
  readonly result?: unknown;
  readonly error?: {
    readonly code?: number;
    readonly message?: string;
    readonly data?: { readonly code?: string; readonly problems?: readonly Problem[] };
  };
  readonly method?: string;
  readonly params?: { readonly line?: unknown };
}

function readResult<Name extends keyof ControlApi>(line: string, method: Name): ControlApi[Name]['result'] {
  const { result, error } = parseAnswer(line);
  if (error === undefined) return result as ControlApi[Name]['result'];
  if (error.code === RPC_METHOD_UNKNOWN) {
    const message = `the running server is of a version that does not know "${method}"; restart it`;
    throw new ControlError('ERR_CONTROL_METHOD', message);
  }
  const { code, problems } = error.data ?? {};
  throw new ControlError(code ?? 'ERR_CONTROL_ANSWER', String(error.message), {
    problems: Array.isArray(problems) ? problems : undefined,
  });
}

function parseAnswer(line: string): Answer {
  try {
    const answer: unknown = JSON.parse(line);
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch {
    // Told below.
  }
  throw new ControlError('ERR_CONTROL_ANSWER', 'what came from the control socket is no answer of a server');
}

function createTimeout(timeoutMs: number, cause: unknown): ControlError {
  const message = `the server did not answer within ${timeoutMs / 1000} s`;
  return new ControlError('ERR_CONTROL_TIMEOUT', message, { cause });
}

function explain(error: NodeJS.ErrnoException, path: string): ControlError {
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    const message = `no permission to open ${path}; run this as the server's user`;
    return new ControlError('ERR_CONTROL_DENIED', message, { cause: error });
  }
  const message = `no server answers at ${path} (${error.code})`;
  return new ControlError('ERR_CONTROL_UNREACHABLE', message, { cause: error });
}
