import type { Socket } from 'node:net';
import type { Logger } from '../observe/logger.ts';
import type { ControlApi } from './control-api.ts';
import {
  type ControlRequest,
  encodeMessage,
  parseRequest,
  type RequestError,
  RPC_CODES,
} from './control-request.ts';
import { ControlStream, UNSENT_BYTES_MAX } from './control-stream.ts';

/** The methods by name. Nobody has checked what a client sends: a parameter may be anything, or missing. */
export type ControlMethods = {
  readonly [Name in keyof ControlApi]?: (
    params: { readonly [Key in keyof ControlApi[Name]['params']]?: unknown },
    caller: ControlCaller,
  ) => Promise<ControlApi[Name]['result']>;
};

/** Who has called a method. */
export interface ControlCaller {
  openStream(method: string): ControlStream;
}

/** Far above any request of ours. */
const REQUEST_LENGTH_MAX = 64 * 1024;
/** Calls of one client that run at the same time; further lines wait in the kernel. */
const CALLS_MAX = 16;
const IDLE_TIMEOUT_MS = 60_000;
/** Time for a client that is refused to read why. */
const REFUSED_TIMEOUT_MS = 1000;
const NAME_LENGTH_MAX = 100;

type Method = (params: ControlRequest['params'], caller: ControlCaller) => Promise<unknown>;

/**
 * One client of the control socket. It harms nobody else: what it sends and what waits for it has a limit.
 *
 * States: `open` → `ended` (the client sends nothing more and gets its last answers) or `refused` → `closed`.
 */
export class ControlConnection {
  readonly #socket: Socket;
  readonly #methods: ControlMethods;
  readonly #logger: Logger;
  readonly #closed = new AbortController();
  #state: 'open' | 'ended' | 'refused' | 'closed' = 'open';
  #received = '';
  /** Lines that wait for their turn, the first one last. */
  #lines: string[] = [];
  #calls = 0;
  #streams = 0;
  #lastUsedAt = performance.now();

  constructor(socket: Socket, methods: ControlMethods, logger: Logger) {
    this.#socket = socket;
    this.#methods = methods;
    this.#logger = logger;
    socket.setEncoding('utf8');
    // Each of its streams may wait for it.
    socket.setMaxListeners(0);
    socket.setTimeout(IDLE_TIMEOUT_MS, () => this.#rest());
    socket.on('data', (text: string) => this.#receive(text));
    socket.on('drain', () => this.#advance());
    socket.on('end', () => this.#end());
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#state = 'closed';
      this.#lines = [];
      this.#closed.abort();
    });
  }

  /** How long nothing was asked; zero while a call runs or a stream is open. */
  get silentMs(): number {
    return this.#calls + this.#streams > 0 ? 0 : performance.now() - this.#lastUsedAt;
  }

  /** Tells the client why it gets nothing, and closes. */
  refuse(message: string, data?: object): void {
    if (this.#state !== 'open') return;
    this.#state = 'refused';
    this.#received = '';
    this.#lines = [];
    this.#socket.end(encodeMessage({ id: null, error: { code: RPC_CODES.request, message, data } }));
    // What it still sends is read and thrown away: a socket that closes with bytes unread loses the answer.
    this.#socket.resume();
    const timer = setTimeout(() => this.#socket.destroy(), REFUSED_TIMEOUT_MS).unref();
    this.#socket.once('close', () => clearTimeout(timer));
  }

  /** What was answered is sent before. */
  close(): void {
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #receive(text: string): void {
    if (this.#state !== 'open') return;
    const lines = (this.#received + text).split('\n');
    this.#received = lines.pop() as string;
    if ([...lines, this.#received].some(({ length }) => length > REQUEST_LENGTH_MAX)) {
      this.refuse(`a request has at most ${REQUEST_LENGTH_MAX} characters`);
      return;
    }
    this.#lines = lines.filter((line) => line.trim() !== '').reverse();
    this.#advance();
  }

  /** Starts as many calls as may run, and reads on when no line waits. */
  #advance(): void {
    while (this.#lines.length > 0 && this.#calls < CALLS_MAX && this.#hasRoom) {
      void this.#call(this.#lines.pop() as string);
    }
    if (this.#lines.length > 0) this.#socket.pause();
    else if (this.#state === 'open') this.#socket.resume();
    else if (this.#state === 'ended' && this.#calls === 0) this.#socket.end();
  }

  get #hasRoom(): boolean {
    return this.#socket.writableLength < UNSENT_BYTES_MAX;
  }

  async #call(line: string): Promise<void> {
    this.#calls += 1;
    this.#lastUsedAt = performance.now();
    const streams: ControlStream[] = [];
    const openStream = (method: string): ControlStream => {
      const stream = new ControlStream(this.#socket, method, this.#closed.signal);
      streams.push(stream);
      return stream;
    };
    const answer = await this.#answer(line, { openStream });
    if (answer !== undefined && this.#socket.writable) this.#socket.write(encodeMessage(answer));
    for (const stream of streams) stream.begin();
    this.#streams += streams.length;
    this.#calls -= 1;
    this.#lastUsedAt = performance.now();
    this.#advance();
  }

  /** None to a notification. */
  async #answer(line: string, caller: ControlCaller): Promise<object | undefined> {
    let request: ControlRequest;
    try {
      request = parseRequest(line);
    } catch (error) {
      const { rpcCode: code, message } = error as RequestError;
      return { id: null, error: { code, message } };
    }
    const { id, method, params } = request;
    const answer = await this.#run(method, params, caller);
    return id === undefined ? undefined : { id, ...answer };
  }

  async #run(name: string, params: ControlRequest['params'], caller: ControlCaller): Promise<object> {
    const methods = this.#methods as Readonly<Record<string, Method>>;
    const run = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (run === undefined) {
      const message = `there is no method "${name.slice(0, NAME_LENGTH_MAX)}"`;
      return { error: { code: RPC_CODES.method, message } };
    }
    try {
      return { result: (await run(params, caller)) ?? null };
    } catch (error) {
      const { code, message, problems } = error as NodeJS.ErrnoException & { problems?: unknown };
      // Whoever asked is told; what has no code is a mistake of ours.
      const tell = code === undefined ? this.#logger.error : this.#logger.debug;
      tell.call(this.#logger, { code, reason: message }, `the control request "${name}" failed`);
      return { error: { code: RPC_CODES.failed, message, data: { code, problems } } };
    }
  }

  /** The client has closed its side; a stream has nobody left to ask for it. */
  #end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    if (this.#streams > 0) this.#socket.end();
    else this.#advance();
  }

  /** Nothing came and nothing went for a while: good where a call runs or a stream has nothing to tell. */
  #rest(): void {
    if (this.#calls > 0 || (this.#streams > 0 && this.#socket.writableLength === 0)) return;
    this.#socket.destroy();
  }
}
