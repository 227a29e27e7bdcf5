import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { FrameSource } from './frame-source.ts';
import type { Work } from './work.ts';

const BLOCK_BYTES = 64 * 1024;
/**
 * What may be under way on a connection: in Node's buffer, in the kernels of both ends (Linux lets theirs grow
 * to 4 and 6 MiB), and in the server. Whatever was sent before that has arrived.
 */
const UNDER_WAY_BYTES_MAX = 16 * 1024 * 1024;
/** A server that does not want what it was sent closes at once; so long it has time for that. */
const OBJECTION_MS = 100;
const CLOSE_TIMEOUT_MS = 30_000;

/** How a connection ended. */
export interface Outcome {
  /** Whether the server, or the network, ended it. */
  readonly isBroken: boolean;
  readonly error: NodeJS.ErrnoException | undefined;
  /** How many messages may not have arrived. */
  readonly possiblyLost: number;
  readonly livedMs: number;
}

/** Sends portions of the work over this connection until there are none, or until it breaks. */
export async function sendOver(
  socket: Socket,
  source: FrameSource,
  work: Work,
  onSent: (count: number) => void,
): Promise<Outcome> {
  const openedAt = performance.now();
  const underWay = new UnderWay(source.frameBytes(1));
  let error: NodeJS.ErrnoException | undefined;
  let isBroken = false;
  let isEnding = false;
  const gone = new Promise<void>((resolve) => {
    // The server never closes first, unless it goes or does not want what it got.
    const stop = () => {
      if (!isEnding) isBroken = true;
      resolve();
    };
    socket.on('error', (each: NodeJS.ErrnoException) => {
      error ??= each;
      isBroken = true;
      resolve();
    });
    socket.on('end', stop);
    socket.on('close', stop);
  });
  socket.resume();

  while (!isBroken) {
    const portion = await work.take(Math.max(1, Math.floor(BLOCK_BYTES / underWay.frameBytes)));
    if (portion === undefined) break;
    if (isBroken) {
      work.putBack(portion);
      break;
    }
    const block = source.encodeFrames(portion.first, portion.count);
    const isRoom = socket.write(block);
    underWay.add(portion.count, block.length);
    onSent(portion.count);
    if (!isRoom) await Promise.race([once(socket, 'drain').catch(() => {}), gone]);
  }

  if (!isBroken) await Promise.race([flush(socket), gone]);
  if (!isBroken) await Promise.race([delay(OBJECTION_MS), gone]);
  isEnding = true;
  const closed = socket.closed ? undefined : once(socket, 'close').catch(() => {});
  socket.end();
  await Promise.race([closed, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  socket.destroy();
  return {
    isBroken,
    error,
    possiblyLost: isBroken ? underWay.count : 0,
    livedMs: performance.now() - openedAt,
  };
}

function flush(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.write('', () => resolve()));
}

/** How many messages are in the last bytes that were written. */
class UnderWay {
  #blocks: { readonly count: number; readonly bytes: number }[] = [];
  #bytes = 0;
  count = 0;
  /** Of the messages written last. */
  frameBytes: number;

  constructor(frameBytes: number) {
    this.frameBytes = frameBytes;
  }

  add(count: number, bytes: number): void {
    this.#blocks.push({ count, bytes });
    this.#bytes += bytes;
    this.count += count;
    this.frameBytes = bytes / count;
    while (this.#bytes - (this.#blocks[0]?.bytes ?? 0) > UNDER_WAY_BYTES_MAX) {
      const oldest = this.#blocks.shift();
      this.#bytes -= oldest?.bytes ?? 0;
      this.count -= oldest?.count ?? 0;
    }
  }
}
