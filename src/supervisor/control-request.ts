/** What a client asks for: one line of JSON-RPC 2.0. */
export interface ControlRequest {
  /** Undefined in a notification, which gets no answer. */
  readonly id: string | number | null | undefined;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The codes of jsonrpc.org/specification. */
export const RPC_CODES = { parse: -32700, request: -32600, method: -32601, failed: -32000 } as const;

/** A line that is no request. */
export class RequestError extends Error {
  readonly rpcCode: number;
  constructor(rpcCode: number, message: string) {
    super(message);
    this.rpcCode = rpcCode;
  }
}

/** Throws `RequestError`. */
export function parseRequest(line: string): ControlRequest {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new RequestError(RPC_CODES.parse, 'the request is not JSON');
  }
  if (!isObject(value)) {
    throw new RequestError(RPC_CODES.request, 'a request is one JSON object; several go in a line each');
  }
  const { id, method, params = {} } = value;
  // An identifier is sent back, and only these can be whatever they hold.
  if (id !== undefined && id !== null && typeof id !== 'string' && typeof id !== 'number') {
    throw new RequestError(RPC_CODES.request, 'the id of a request is a text or a number');
  }
  if (typeof method !== 'string') throw new RequestError(RPC_CODES.request, 'the request names no method');
  if (!isObject(params)) {
    throw new RequestError(RPC_CODES.request, 'the params of a request are an object, by name');
  }
  return { id, method, params };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A line to a client. */
export function encodeMessage(message: object): string {
  return `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;
}
