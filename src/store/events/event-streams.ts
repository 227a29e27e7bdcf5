import { randomBytes } from 'node:crypto';
import type { StreamHandler } from '../../link/stream-server.ts';
import type { Component } from '../../process/component.ts';
import type { DeviceType, EventStore } from './event-store.ts';
import { StreamHub } from './stream-hub.ts';
import { hashToken } from './token-hash.ts';

/** An operator asks for what cannot be. */
export class StreamRequestError extends Error {
  readonly code = 'ERR_STREAM_REQUEST';
}

const DEVICE_TYPES: readonly DeviceType[] = ['forwarder', 'receiver', 'admin'];
/** 256 bits, 43 characters of base64url. */
const TOKEN_BYTES = 32;

/** The part of the store that keeps device events: the database, and where the sessions of all workers meet. */
export class EventStreams implements Component {
  readonly #store: EventStore;
  readonly #hub: StreamHub;

  constructor(store: EventStore, pageEventsMax: () => number) {
    this.#store = store;
    this.#hub = new StreamHub(store, pageEventsMax);
  }

  /** For the link. */
  get handler(): StreamHandler {
    return this.#hub;
  }

  start(): Promise<void> {
    return this.#store.start();
  }

  drain(deadline: AbortSignal): Promise<void> {
    return this.#store.drain(deadline);
  }

  async close(): Promise<void> {
    this.#hub.close();
    await this.#store.close();
  }

  /** What an operator asks. Throws `StreamRequestError`. */
  async answer(method: string, params: Readonly<Record<string, unknown>>): Promise<object> {
    switch (method) {
      case 'create-token':
        return this.#createToken(params.device_type, params.device_id);
      case 'list-tokens':
        return { tokens: await this.#store.listTokens() };
      case 'revoke-token':
        return this.#revokeToken(params.token_id);
      default:
        throw new StreamRequestError(`there is no method "${method}"`);
    }
  }

  /** The token is told once, here; the database has its hash alone. */
  async #createToken(deviceType: unknown, deviceId: unknown): Promise<object> {
    const type = DEVICE_TYPES.find((each) => each === deviceType);
    if (type === undefined) {
      throw new StreamRequestError(
        `a device is one of ${DEVICE_TYPES.join(', ')}; it got ${JSON.stringify(deviceType)}`,
      );
    }
    if (typeof deviceId !== 'string' || deviceId === '') throw new StreamRequestError('a device needs an ID');
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    return { ...(await this.#store.createToken(hashToken(token), type, deviceId)), token };
  }

  async #revokeToken(tokenId: unknown): Promise<object> {
    if (typeof tokenId === 'string' && (await this.#store.revokeToken(tokenId))) return { revoked: true };
    throw new StreamRequestError(
      `there is no token ${JSON.stringify(tokenId)} that could be revoked; see "server token list"`,
    );
  }
}
