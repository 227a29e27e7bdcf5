import type { Journal } from './journal.ts';

const BATCH_EVENTS_MAX = 500;
/** The server sends a heartbeat every 30 s. */
const SILENCE_MS_MAX = 90_000;
const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 30_000;

export interface UplinkOptions {
  /** `ws://host:port` or `wss://host:port`. */
  readonly server: string;
  readonly token: string;
  readonly forwarderId: string;
  /** A key that the server does not take apart, by custom `address:port`. */
  readonly readerIp: string;
  readonly displayName: string | undefined;
}

/**
 * Brings the journal to the server: connects, says hello, sends the oldest events, waits for their acknowledgement,
 * and so on. After a failure it connects anew and sends again what is not acknowledged; the server knows an event by
 * its epoch and sequence.
 *
 * States: `waiting` (for the next attempt), `connecting` (until the first heartbeat), `idle`, `sending` (a batch
 * is not acknowledged), `closed`.
 */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #journal: Journal;
  /** Called when the journal is empty. */
  readonly #onEmpty: () => void;
  #state: 'waiting' | 'connecting' | 'idle' | 'sending' | 'closed' = 'waiting';
  #socket: WebSocket | undefined;
  #sessionId = '';
  #batches = 0;
  #retryMs = RETRY_MS_MIN;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UplinkOptions, journal: Journal, onEmpty: () => void) {
    this.#options = options;
    this.#journal = journal;
    this.#onEmpty = onEmpty;
  }

  connect(): void {
    const { server, token } = this.#options;
    this.#state = 'connecting';
    const socket = new WebSocket(`${server}/ws/v1/forwarders`, {
      headers: { authorization: `Bearer ${token}` },
    });
    this.#socket = socket;
    this.#setTimer(SILENCE_MS_MAX, () => this.#retry('the server is silent'));
    socket.addEventListener('open', () => this.#sayHello());
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#receive(JSON.parse(data));
    });
    // An error is followed by a close.
    socket.addEventListener('close', ({ code, reason }) => {
      if (socket === this.#socket) this.#retry(`the connection was closed (${code} ${reason})`);
    });
  }

  /** Sends what is in the journal, if nothing is under way. */
  send(): void {
    if (this.#state !== 'idle') return;
    const { forwarderId, readerIp } = this.#options;
    const events = this.#journal.read(BATCH_EVENTS_MAX);
    if (events.length === 0) {
      this.#onEmpty();
      return;
    }
    this.#state = 'sending';
    this.#batches += 1;
    this.#write({
      kind: 'forwarder_event_batch',
      session_id: this.#sessionId,
      batch_id: `${this.#batches}`,
      events: events.map(({ epoch, seq, taken_at, line }) => ({
        forwarder_id: forwarderId,
        reader_ip: readerIp,
        stream_epoch: epoch,
        seq,
        reader_timestamp: taken_at,
        raw_read_line: line,
        read_type: 'raw',
      })),
    });
  }

  close(): void {
    this.#state = 'closed';
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #sayHello(): void {
    const { forwarderId, readerIp, displayName } = this.#options;
    this.#write({
      kind: 'forwarder_hello',
      forwarder_id: forwarderId,
      reader_ips: [readerIp],
      resume: [],
      display_name: displayName ?? null,
    });
  }

  #receive(message: Record<string, unknown>): void {
    this.#timer?.refresh();
    switch (message.kind) {
      case 'heartbeat':
        this.#sessionId = message.session_id as string;
        if (this.#state === 'connecting') this.#state = 'idle';
        this.#retryMs = RETRY_MS_MIN;
        break;
      case 'forwarder_ack':
        for (const entry of message.entries as { stream_epoch: number; last_seq: number }[]) {
          this.#journal.acknowledge(entry.stream_epoch, entry.last_seq);
        }
        this.#state = 'idle';
        break;
      case 'epoch_reset_command':
        this.#journal.beginEpoch(message.new_stream_epoch as number);
        this.#sayHello();
        break;
      case 'config_get_request':
        this.#answer('config_get_response', message, { ok: true, config: null, restart_needed: false });
        break;
      case 'config_set_request':
        this.#answer('config_set_response', message, {
          ok: false,
          error: 'this forwarder has no settings',
          restart_needed: false,
          status_code: 400,
        });
        break;
      case 'restart_request':
        this.#answer('restart_response', message, { ok: false, error: 'this forwarder does not restart' });
        break;
      case 'error':
        this.#retry(`the server refused: ${message.code}: ${message.message}`);
        return;
    }
    this.send();
  }

  #answer(kind: string, request: Record<string, unknown>, answer: object): void {
    this.#write({ kind, request_id: request.request_id, ...answer });
  }

  #write(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #retry(why: string): void {
    if (this.#state === 'closed') return;
    console.error(`${why}; trying again in ${this.#retryMs / 1000} s`);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    this.#state = 'waiting';
    this.#setTimer(this.#retryMs, () => this.connect());
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX);
  }

  #setTimer(delayMs: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, delayMs);
  }
}
