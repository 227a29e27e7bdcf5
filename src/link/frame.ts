/**
 * Frames of the channel between worker and store: a 32-bit big-endian length of what follows, the version,
 * the type, a 48-bit id, and a body. Both ends are ours and of one version; anything else is a mistake of
 * ours: the store cuts such a worker off, and a worker ends and is started again.
 */
export const LINK_VERSION = 1;

export const FRAME = {
  /** Worker → store, JSON `Hello`: who sends. */
  hello: 1,
  /** Store → worker, JSON `Welcome`: what is already there and how much may be under way. */
  welcome: 2,
  /** Worker → store: a batch of log lines; the id counts upwards by one. */
  append: 3,
  /** Store → worker: the batch of this id is as safe as `logs.sync` promises. Body: its first sequence. */
  appended: 4,
  /** Store → worker, JSON `StoreHealth`. */
  health: 5,
  /** Worker → store: a batch as in `append`, which is not kept. Before a worker says that it is ready. */
  probe: 6,
  /** Store → worker: the lines of that batch, numbered. */
  probed: 7,
  /** Worker → store: one call of `StreamService`; the id is the answer's. See `stream-frames.ts`. */
  streamCall: 8,
  /** Store → worker: what became of the call of this id. */
  streamAnswer: 9,
  /** Store → worker: what a session is told without having asked. */
  streamNotice: 10,
} as const;

/** A batch is at most `BATCH_BYTES_MAX` and one line more, and no line is longer than this less that. */
export const FRAME_BYTES_MAX = 128 * 1024 * 1024;
const HEADER_BYTES = 12;
export const BODY_BYTES_MAX = FRAME_BYTES_MAX - (HEADER_BYTES - 4);

export interface Frame {
  readonly type: number;
  readonly id: number;
  readonly body: Buffer;
}

export class LinkError extends Error {
  readonly code = 'ERR_LINK_PROTOCOL';
}

export function encodeHeader(type: number, id: number, bodyBytes: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32BE(HEADER_BYTES - 4 + bodyBytes, 0);
  header[4] = LINK_VERSION;
  header[5] = type;
  header.writeUIntBE(id, 6, 6);
  return header;
}

export function encodeFrame(type: number, id: number, body: Buffer): Buffer {
  return Buffer.concat([encodeHeader(type, id, body.length), body]);
}

/** Puts frames together from chunks; each body is memory of its own. */
export class FrameReader {
  #header = Buffer.allocUnsafe(HEADER_BYTES);
  #headerBytes = 0;
  #body: Buffer | undefined;
  #bodyBytes = 0;

  /** Throws `LinkError` where the other end does not speak this protocol. */
  *read(chunk: Buffer): Generator<Frame> {
    let position = 0;
    while (position < chunk.length) {
      if (this.#body === undefined) {
        const taken = chunk.copy(this.#header, this.#headerBytes, position);
        this.#headerBytes += taken;
        position += taken;
        if (this.#headerBytes < HEADER_BYTES) return;
        this.#body = this.#openBody();
        this.#bodyBytes = 0;
      }
      const taken = chunk.copy(this.#body, this.#bodyBytes, position);
      this.#bodyBytes += taken;
      position += taken;
      if (this.#bodyBytes < this.#body.length) return;
      yield {
        type: this.#header[5] as number,
        id: this.#header.readUIntBE(6, 6),
        body: this.#body,
      };
      this.#body = undefined;
      this.#headerBytes = 0;
    }
  }

  #openBody(): Buffer {
    const length = this.#header.readUInt32BE(0);
    const version = this.#header[4];
    if (version !== LINK_VERSION) {
      throw new LinkError(`the other end of the link speaks version ${version}, not ${LINK_VERSION}`);
    }
    if (length < HEADER_BYTES - 4 || length > FRAME_BYTES_MAX) {
      throw new LinkError(`a frame of ${length} bytes is outside of the link's limits`);
    }
    return Buffer.allocUnsafe(length - (HEADER_BYTES - 4));
  }
}
