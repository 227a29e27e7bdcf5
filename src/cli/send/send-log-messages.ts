import { setTimeout as delay } from 'node:timers/promises';
import type { LogRecord } from '../../protocols/log-record.ts';
import { type Destination, openConnection } from './connect.ts';
import { FrameSource, NUMBER_MARK } from './frame-source.ts';
import { SendError } from './send-error.ts';
import { type Outcome, sendOver } from './send-over.ts';
import { formatTarget } from './target.ts';
import { Work } from './work.ts';

const RETRY_DELAY_MS_MIN = 50;
const RETRY_DELAY_MS_MAX = 1000;
/** A server that restarts is back long before. */
const RETRY_MS_MAX = 30_000;
/** A connection that ends sooner was not wanted; after so many of them in a row there is no use in more. */
const SHORT_LIFE_MS = 250;
const SHORT_LIVES_MAX = 3;

export interface SendOptions extends Destination {
  /** `{n}` in it stands for the running number, which begins at 1. */
  readonly message: string;
  readonly count: number;
  /** Messages in a second, all connections together; as fast as the server takes them without it. */
  readonly rate?: number | undefined;
  readonly connections: number;
  /** Whether to go on with a new connection when one breaks. */
  readonly isPersistent: boolean;
  /** The other fields; the time is that of the sending. */
  readonly record: LogRecord;
  readonly onProgress?: (sent: number) => void;
}

export interface SendReport {
  readonly sent: number;
  readonly seconds: number;
  /** Messages in a second. */
  readonly rate: number;
  readonly connections: number;
  readonly reconnects: number;
  /** At most so many were under way on a connection that broke: the protocol has no acknowledgement. */
  readonly possibly_lost: number;
}

/** Sends numbered messages as log frames. Throws `SendError` where the server cannot be reached. */
export async function sendLogMessages(options: SendOptions): Promise<SendReport> {
  const { count, rate, record, message, isPersistent } = options;
  const connections = Math.min(options.connections, count);
  const isNumbered = count === 1 || message.includes(NUMBER_MARK);
  const source = new FrameSource(record, isNumbered ? message : `${message} #${NUMBER_MARK}`);
  // A server that cannot be reached at all is no reason to try for long.
  const first = await openConnection(options);
  const startedAt = performance.now();
  const work = new Work(count, rate);
  let sent = 0;
  let reconnects = 0;
  let possiblyLost = 0;
  let finishedAt = startedAt;

  async function serveLine(line: number): Promise<void> {
    let shortLives = 0;
    let socket = line === 0 ? first : await openConnection(options);
    for (;;) {
      const outcome = await sendOver(socket, source, work, onSent);
      possiblyLost += outcome.possiblyLost;
      if (!outcome.isBroken) return;
      shortLives = outcome.livedMs < SHORT_LIFE_MS ? shortLives + 1 : 0;
      if (!isPersistent || shortLives === SHORT_LIVES_MAX) throw explainEnd(options, outcome);
      if (sent === count) return;
      socket = await reconnect(options);
      reconnects += 1;
    }
  }

  function onSent(more: number): void {
    sent += more;
    finishedAt = performance.now();
    options.onProgress?.(sent);
  }

  try {
    await Promise.all(Array.from({ length: connections }, (_, line) => serveLine(line)));
  } catch (error) {
    work.cancel();
    throw error;
  }
  const seconds = Math.max(0.001, (finishedAt - startedAt) / 1000);
  return {
    sent,
    seconds: Math.round(seconds * 1000) / 1000,
    rate: Math.round(sent / seconds),
    connections,
    reconnects,
    possibly_lost: possiblyLost,
  };
}

async function reconnect(destination: Destination): ReturnType<typeof openConnection> {
  const endMs = performance.now() + RETRY_MS_MAX;
  for (let delayMs = RETRY_DELAY_MS_MIN; ; delayMs = Math.min(2 * delayMs, RETRY_DELAY_MS_MAX)) {
    await delay(delayMs);
    try {
      return await openConnection(destination);
    } catch (error) {
      if (performance.now() + delayMs > endMs) throw error;
    }
  }
}

/** The server closed a connection while more was to come, or right after it had got everything. */
function explainEnd({ target, tls }: Destination, { error, possiblyLost }: Outcome): SendError {
  const where = formatTarget(target);
  const how = error === undefined ? '' : ` (${error.message})`;
  const reasons =
    tls === undefined
      ? 'it may want TLS there (leave out --no-tls), not take log frames on this port, or be stopping'
      : 'it may not take log frames on this port, or be stopping';
  const lost =
    possiblyLost === 1 ? 'the message may be lost' : `of ${possiblyLost} messages, some may be lost`;
  return new SendError(
    'ERR_SEND_REFUSED',
    `${where} closed the connection${how}: ${reasons}; its own log says why; ${lost}`,
    error,
  );
}
