import { ClientConnection } from './client-connection.ts';
import type { StreamOptions } from './log-stream.ts';

const RETRY_MS = 50;

/** What one whole answer says. */
export interface Answer {
  readonly status: number;
  /** The server ends the connection after it. */
  readonly isLast: boolean;
}

/** The whole answer at the start of a text, and what is left of the text. */
export function takeAnswer(text: string): { answer: Answer; rest: string } | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd);
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  const end = headEnd + 4 + length;
  if (text.length < end) return undefined;
  return {
    answer: {
      status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
      isLast: /^connection: *close/im.test(head),
    },
    rest: text.slice(end),
  };
}

/** Asks for `/healthz` again and again over one kept-alive connection, and over a new one where the server ends it. */
export class HttpStream {
  asked = 0;
  answered = 0;
  connections = 0;
  readonly #options: StreamOptions;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { address, faults, stopped, name } = this.#options;
    while (!stopped.aborted) {
      const connection = await ClientConnection.open(address, faults, name);
      if (connection === undefined) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      else await this.#ask(connection);
    }
  }

  async #ask(connection: ClientConnection): Promise<void> {
    const { socket } = connection;
    const { pauseMs, faults, stopped, name } = this.#options;
    this.connections += 1;
    let received = '';
    let answered: ((answer: Answer) => void) | undefined;
    socket.once('end', () => socket.end());
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const taken = takeAnswer(received);
      if (taken === undefined) return;
      received = taken.rest;
      answered?.(taken.answer);
    });
    while (!stopped.aborted && connection.isOpen) {
      const answer = new Promise<Answer>((resolve) => {
        answered = resolve;
      });
      socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
      this.asked += 1;
      const outcome = await Promise.race([answer, connection.closed]);
      if (!('status' in outcome)) {
        const how = outcome.error?.message ?? 'closed';
        faults.add('unanswered', `${name} at request ${this.asked - 1}: ${how}`);
        return;
      }
      this.answered += 1;
      if (outcome.status !== 200) faults.add('wrong', `${name} got status ${outcome.status}`);
      if (outcome.isLast) break;
      await connection.rest(pauseMs);
    }
    socket.end();
    await connection.closed;
  }
}
