import type { Closing, Connection, Services } from '../protocol.ts';
import type { FrameDecoder } from './decode.ts';
import type { FrameFault, MessageFault } from './fault.ts';
import { FrameSplitter } from './splitter.ts';

/** So many refused messages one after the other mean that the client speaks something else. */
const REFUSED_IN_A_ROW_MAX = 10;
/** A batch of long lines is handed on in the middle of a chunk when it has this many bytes. */
const BATCH_BYTES_MAX = 1024 * 1024;

/**
 * One client's connection: reads chunks and writes the lines of their messages into the open batch.
 *
 * States: `idle` (before `run`), `reading`, `waiting` (the store has no room: the socket is paused), `ended`
 * (the client's end, an error, a fault, or the end of a drain). A drain is not a state: it goes on reading,
 * but closes our side and sets an end.
 */
export class FrameSession {
  readonly #connection: Connection;
  readonly #services: Services;
  readonly #decoder: FrameDecoder;
  readonly #splitter: FrameSplitter;
  readonly #ended = Promise.withResolvers<void>();
  #state: 'idle' | 'reading' | 'waiting' | 'ended' = 'idle';
  #isClosed = false;
  #refusedInARow = 0;
  #refused = 0;
  #silence: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(connection: Connection, services: Services, decoder: FrameDecoder) {
    this.#connection = connection;
    this.#services = services;
    this.#decoder = decoder;
    this.#splitter = new FrameSplitter(services.config().logs.max_message_bytes);
  }

  /** Resolves when nothing more will be read. */
  async run(): Promise<void> {
    const { socket, closing } = this.#connection;
    const onData = (chunk: Buffer) => this.#receive(chunk);
    const onEnd = () => {
      this.#isClosed = true;
      // What has arrived already still waits for room.
      if (this.#state !== 'waiting' || this.#splitter.isDone) this.#end();
    };
    const onDrain = () => this.#drain();
    this.#state = 'reading';
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('close', onEnd);
    // Stays: an error may come after the end.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#state !== 'ended') this.#count(`log_connections_failed.${error.code ?? 'unknown'}`);
    });
    closing.addEventListener('abort', onDrain);
    if (socket.destroyed || socket.readableEnded) this.#end();
    else socket.resume();
    if (closing.aborted) this.#drain();
    await this.#ended.promise;
    socket.off('data', onData);
    socket.off('end', onEnd);
    socket.off('close', onEnd);
    closing.removeEventListener('abort', onDrain);
    clearTimeout(this.#silence);
    clearTimeout(this.#deadline);
  }

  #receive(chunk: Buffer): void {
    if (this.#state === 'ended') return;
    this.#silence?.refresh();
    this.#splitter.bytesMax = this.#services.config().logs.max_message_bytes;
    this.#splitter.push(chunk);
    this.#decode();
  }

  /** Decodes what is here, as far as there is room for its lines; the rest when there is. */
  #decode(): void {
    const { logs } = this.#services;
    let room = logs.room();
    while (room === undefined) {
      if (this.#fillBatch()) room = logs.flush();
      else {
        room = logs.flush();
        break;
      }
    }
    if (this.#splitter.fault !== undefined) this.#refuseLength(this.#splitter.fault);
    if (room === undefined || (this.#state as string) === 'ended') return;
    this.#state = 'waiting';
    this.#connection.socket.pause();
    void room.then(() => {
      if (this.#state !== 'waiting') return;
      this.#state = 'reading';
      this.#silence?.refresh();
      this.#decode();
      if ((this.#state as string) !== 'reading') return;
      if (this.#isClosed) this.#end();
      else this.#connection.socket.resume();
    });
  }

  /** Adds messages to the open batch until it is full, and returns whether there may be more of them. */
  #fillBatch(): boolean {
    const { batch } = this.#services.logs;
    const { max_batch_size } = this.#services.config().logs;
    const decoder = this.#decoder;
    const splitter = this.#splitter;
    while (batch.count < max_batch_size && batch.length < BATCH_BYTES_MAX) {
      if (!splitter.next()) return false;
      const fault = decoder.decode(splitter.bytes, splitter.start, splitter.end, batch);
      if (fault === undefined) this.#refusedInARow = 0;
      else {
        this.#refuse(fault);
        if (this.#state === 'ended') return false;
      }
    }
    return true;
  }

  #refuse(fault: MessageFault): void {
    this.#count(`log_frames_refused.${fault}`);
    this.#refused += 1;
    this.#refusedInARow += 1;
    this.#complain(fault, 'refused a log frame: it is no log message');
    if (this.#refusedInARow < REFUSED_IN_A_ROW_MAX) return;
    this.#complain(
      'refused_in_a_row',
      `closed a connection: ${REFUSED_IN_A_ROW_MAX} log frames in a row were no log messages`,
    );
    this.#count('log_connections_closed.refused_in_a_row');
    this.#end();
  }

  #refuseLength(fault: FrameFault): void {
    const { announcedBytes, bytesMax } = this.#splitter;
    this.#count(`log_frames_refused.${fault}`);
    this.#refused += 1;
    this.#complain(
      fault,
      `closed a connection: a log frame announced ${announcedBytes} bytes (logs.max_message_bytes is ${bytesMax})`,
    );
    this.#end();
  }

  #complain(reason: FrameFault | 'refused_in_a_row', message: string): void {
    const { address, peer, listener } = this.#connection;
    this.#services.complaints.tell(
      address,
      reason,
      { peer, listener, reason, refused: this.#refused },
      message,
    );
  }

  /** Says that nothing more is wanted, and takes what the client has sent already. */
  #drain(): void {
    if (this.#state === 'ended') return;
    const { patienceMs, timeoutMs } = this.#connection.closing.reason as Closing;
    this.#connection.socket.end();
    // While the store has no room, the delay is ours; the worker's own deadline ends that.
    const endUnlessWaiting = (timer: NodeJS.Timeout | undefined) => {
      if (this.#state === 'waiting') timer?.refresh();
      else this.#end();
    };
    this.#deadline = setTimeout(() => endUnlessWaiting(this.#deadline), timeoutMs);
    this.#silence = setTimeout(() => endUnlessWaiting(this.#silence), patienceMs);
  }

  #end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    if (this.#splitter.fault === undefined && this.#splitter.partialBytes > 0) this.#count('log_frames_cut');
    this.#ended.resolve();
  }

  #count(name: string): void {
    this.#services.counters.add(name);
  }
}
