import assert from 'node:assert';
import { existsSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '../observe/logger.ts';
import type { Component } from '../process/component.ts';
import { whenAborted } from '../process/when-aborted.ts';
import { encodeFrame, encodeHeader, FRAME, type Frame, FrameReader } from './frame.ts';
import { type LogBatch, numberLines } from './log-batch.ts';
import {
  decodeBatch,
  decodeJson,
  encodeJson,
  encodeSequence,
  type Hello,
  type StoreHealth,
} from './messages.ts';

/** What one worker may have under way: several commits' worth, so that the disk never waits for a worker. */
const CREDIT_BYTES = 16 * 1024 * 1024;

/** How soon a socket that was removed is there again. */
const REPAIR_INTERVAL_MS = 1000;

/** What the store does for the link. */
export interface LinkHandler {
  readonly health: StoreHealth;
  readonly nextSequence: number;
  /** Resolves with the sequence of the first line when the batch is safe, also for one that is there already. */
  append(worker: string, id: number, batch: LogBatch): Promise<number>;
}

/** What takes the frames that do not belong to batches, and answers them. */
export interface LinkChannel {
  /** A worker has connected. `send` does nothing once the worker is gone. */
  connect(worker: string, send: SendFrame): ChannelEnd;
}

export type SendFrame = (type: number, id: number, parts: readonly Buffer[]) => void;

/** One worker's, until its connection is gone. */
export interface ChannelEnd {
  /** Throws where the worker does not speak this protocol. */
  receive(frame: Frame): void;
  disconnect(): void;
}

/** The store's end of the link: one connection for each worker. */
export class LinkServer implements Component {
  readonly #path: string;
  readonly #handler: LinkHandler;
  readonly #logger: Logger;
  readonly #channel: LinkChannel | undefined;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #watch: NodeJS.Timeout | undefined;
  #isRepairing = false;
  #appending = 0;
  #idle: (() => void) | undefined;

  constructor(path: string, handler: LinkHandler, logger: Logger, channel?: LinkChannel) {
    this.#path = path;
    this.#handler = handler;
    this.#logger = logger;
    this.#channel = channel;
  }

  async start(): Promise<void> {
    await this.#listen();
    this.#watch = setInterval(() => void this.#repair(), REPAIR_INTERVAL_MS).unref();
  }

  /** Tells every worker that the store's health has changed. */
  announceHealth(health: StoreHealth): void {
    const frame = encodeFrame(FRAME.health, 0, encodeJson(health));
    for (const socket of this.#sockets) socket.write(frame);
  }

  /** Workers have stopped before; what is left is what they have sent. */
  async drain(deadline: AbortSignal): Promise<void> {
    clearInterval(this.#watch);
    this.#server?.close();
    if (this.#appending === 0 || deadline.aborted) return;
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
    await Promise.race([idle, whenAborted(deadline)]);
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
    await rm(this.#path, { force: true });
  }

  async #listen(): Promise<void> {
    // Only one store runs on a data directory, so what is there was left by one that was killed.
    await rm(this.#path, { force: true });
    const server = createServer((socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#path, () => resolve());
    });
    server.on('error', (error) => this.#logger.error({ error }, 'cannot accept a worker'));
    await chmod(this.#path, 0o600);
  }

  /** Listens anew where somebody has removed the socket; workers that are connected stay so. */
  async #repair(): Promise<void> {
    if (this.#isRepairing || existsSync(this.#path)) return;
    this.#isRepairing = true;
    this.#server?.close();
    await this.#listen().then(
      () =>
        this.#logger.warn({ path: this.#path }, 'somebody removed the socket for the workers; made it anew'),
      (error) => this.#logger.error({ error }, 'the socket for the workers is gone and cannot be made anew'),
    );
    this.#isRepairing = false;
  }

  #accept(socket: Socket): void {
    const reader = new FrameReader();
    let worker: string | undefined;
    let end: ChannelEnd | undefined;
    this.#sockets.add(socket);
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const frame of reader.read(chunk)) {
          if (worker === undefined) {
            worker = this.#greet(socket, frame);
            end = this.#channel?.connect(worker, (type, id, parts) => write(socket, type, id, parts));
          } else if (frame.type === FRAME.probe) this.#answerProbe(socket, frame);
          else if (frame.type === FRAME.append || end === undefined) this.#append(socket, worker, frame);
          else end.receive(frame);
        }
      } catch (error) {
        this.#logger.error({ error }, 'a worker broke the protocol of the link');
        socket.destroy();
      }
    });
    // A worker that was killed; its supervisor tells.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      end?.disconnect();
    });
  }

  #greet(socket: Socket, frame: Frame): string {
    assert(frame.type === FRAME.hello);
    const { worker, pid } = decodeJson<Hello>(frame.body);
    const { health, nextSequence } = this.#handler;
    const welcome = encodeJson({ creditBytes: CREDIT_BYTES, nextSequence, health });
    socket.write(encodeFrame(FRAME.welcome, 0, welcome));
    this.#logger.debug({ worker_pid: pid }, 'a worker connected to the store');
    return worker;
  }

  #answerProbe(socket: Socket, frame: Frame): void {
    const { bytes } = numberLines(decodeBatch(frame.body), this.#handler.nextSequence);
    socket.write(encodeFrame(FRAME.probed, frame.id, bytes));
  }

  #append(socket: Socket, worker: string, frame: Frame): void {
    assert(frame.type === FRAME.append);
    const batch = decodeBatch(frame.body);
    this.#appending += 1;
    void this.#handler.append(worker, frame.id, batch).then((firstSequence) => {
      this.#appending -= 1;
      if (!socket.destroyed) {
        socket.write(encodeFrame(FRAME.appended, frame.id, encodeSequence(firstSequence)));
      }
      if (this.#appending === 0) this.#idle?.();
    });
  }
}

function write(socket: Socket, type: number, id: number, parts: readonly Buffer[]): void {
  if (socket.destroyed) return;
  socket.cork();
  socket.write(
    encodeHeader(
      type,
      id,
      parts.reduce((sum, part) => sum + part.length, 0),
    ),
  );
  for (const part of parts) socket.write(part);
  socket.uncork();
}
