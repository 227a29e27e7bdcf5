import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Config } from '../config/types.generated.ts';
import type { LogBatch } from '../link/log-batch.ts';
import type { StreamService } from '../link/streams.ts';
import type { Logger } from '../observe/logger.ts';

/** What the first bytes say: it is mine, it is not, or there are too few of them to tell. */
export type Detection = 'match' | 'mismatch' | 'more';

/**
 * One wire protocol: one folder here and one line in `registry.ts`.
 *
 * `serve` owns the connection from the first byte on (the bytes that were looked at are back in the socket)
 * until the promise resolves; it resolves when the connection has ended, also when it ended badly. It reads
 * no faster than the store takes: until `services.logs.flush()` resolves, nothing more is read.
 */
export interface Protocol {
  readonly name: string;
  /** Loads what is otherwise loaded with the first connection, for a worker that clients wait for. */
  prepare?(): Promise<unknown>;
  /** Bytes of at most `DETECTION_BYTES_MAX`, at least one. */
  detect(bytes: Buffer): Detection;
  serve(connection: Connection, services: Services): Promise<void>;
}

export interface Connection {
  readonly id: number;
  /** The client's side of the stream, after TLS. Paused; the first bytes have been put back. */
  readonly socket: Socket;
  /** The peer without its port, for counts and limits by address. */
  readonly address: string;
  /** `address:port` of the peer. */
  readonly peer: string;
  readonly listener: string;
  readonly secure: boolean;
  /** Aborts when the worker begins to drain: tell the client to go elsewhere where the protocol has a word for it. */
  readonly draining: AbortSignal;
  /**
   * Aborts later, when it is this connection's turn: finish what was accepted, take nothing new, close. The reason is a
   * `Closing`.
   */
  readonly closing: AbortSignal;
}

/** What an HTTP connection becomes by an upgrade on one of these paths (RFC 9110, section 7.8). */
export interface Upgrade {
  readonly name: string;
  readonly paths: readonly string[];
  /** Owns the socket from here on; resolves when it has ended. `head` is what came behind the request. */
  serve(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    connection: Connection,
    services: Services,
  ): Promise<void>;
}

/** How a connection is closed. */
export interface Closing {
  /** Other workers serve already: the client may come back at once. */
  readonly isHandover: boolean;
  /** How long a client that was told may be silent before it is cut off. */
  readonly patienceMs: number;
  /** How long one that goes on sending is read. */
  readonly timeoutMs: number;
}

/** What a worker offers to its protocols. */
export interface Services {
  readonly logs: LogSink;
  readonly streams: StreamService;
  readonly upgrades: readonly Upgrade[];
  /** The running configuration; read it at use, since live keys change. */
  readonly config: () => Config;
  readonly health: () => Health;
  readonly counters: Counters;
  readonly complaints: Complaints;
  readonly logger: Logger;
}

/** The way of log lines into the store. Shared by all connections of a worker. */
export interface LogSink {
  /** The batch that takes lines now. It changes when it is sent: read it anew after each `flush`. */
  readonly batch: LogBatch;
  /** Undefined where there is room for more lines, else a promise that resolves when there is. */
  room(): Promise<void> | undefined;
  /**
   * Sends what was written when its turn comes. Returns undefined where there is room for more lines, which
   * is nearly always, else a promise that resolves when there is.
   */
  flush(): Promise<void> | undefined;
  /** As `flush`, but resolves with the sequence of the batch's first line once the store has it. */
  store(): Promise<number>;
}

export interface Health {
  readonly ready: boolean;
  /** Why not, one line each; empty when ready. */
  readonly reasons: readonly string[];
}

export interface Complaints {
  /** Tells of a misbehaving peer in the log, once per address, reason and minute. Counting is another matter. */
  tell(address: string, reason: string, fields: object, message: string): void;
}

export interface Counters {
  /** Adds to a named count, e.g. `frames_refused.pointer_out_of_bounds`. */
  add(name: string, by?: number): void;
}

/** Bytes after which a protocol must have been recognised. */
export const DETECTION_BYTES_MAX = 256;
