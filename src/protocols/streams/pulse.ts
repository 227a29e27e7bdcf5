import type { Config } from '../../config/types.generated.ts';
import { SESSION_LIMITS } from './limits.ts';

export type StreamSettings = Readonly<Config['streams']>;
export type Beat = 'heartbeat' | 'ping' | 'silent';

/** So many Pings go unanswered before a client counts as gone. */
const PINGS_PER_TIMEOUT = 3;
const MS_PER_SEC = 1000;

/**
 * When a session sends its heartbeat, asks whether anybody is there, and gives up. Clients send nothing of their own
 * when they have nothing to say, so only a Ping tells an idle one from a dead one.
 */
export class Pulse {
  readonly #settings: () => StreamSettings;
  #heartbeatAt: number;
  #pingAt: number;
  #heardAt: number;

  constructor(settings: () => StreamSettings, now: number) {
    this.#settings = settings;
    this.#heartbeatAt = now + this.#heartbeatMs;
    this.#pingAt = now + this.#pingMs;
    this.#heardAt = now;
  }

  /** When there is something to do. */
  get wakeAt(): number {
    return Math.min(this.#heartbeatAt, this.#pingAt, this.#heardAt + this.#timeoutMs);
  }

  /** Something has come from the client, be it a Pong. */
  hear(now: number): void {
    this.#heardAt = now;
  }

  /** Whether the client has answered the last Ping, as far as there was time for it. */
  isAlive(now: number): boolean {
    return now - this.#heardAt <= this.#pingMs + SESSION_LIMITS.pongGraceMs;
  }

  /** What there is to do now. */
  beat(now: number): readonly Beat[] {
    if (now >= this.#heardAt + this.#timeoutMs) return ['silent'];
    const beats: Beat[] = [];
    if (now >= this.#heartbeatAt) {
      beats.push('heartbeat');
      this.#heartbeatAt = next(this.#heartbeatAt, this.#heartbeatMs, now);
    }
    if (now >= this.#pingAt) {
      beats.push('ping');
      this.#pingAt = next(this.#pingAt, this.#pingMs, now);
    }
    return beats;
  }

  get #heartbeatMs(): number {
    return this.#settings().heartbeat_secs * MS_PER_SEC;
  }

  get #timeoutMs(): number {
    return this.#settings().timeout_secs * MS_PER_SEC;
  }

  get #pingMs(): number {
    return this.#timeoutMs / PINGS_PER_TIMEOUT;
  }
}

/** Keeps the rhythm, but does not make up for beats that were missed. */
function next(at: number, everyMs: number, now: number): number {
  return at + everyMs > now ? at + everyMs : now + everyMs;
}
