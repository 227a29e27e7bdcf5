import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DeviceToken, DeviceType } from '../event-store.ts';
import { EventRefusedError, TokenExistsError } from '../event-store-error.ts';

/** A list of all of them is one answer. */
const TOKENS_MAX = 20_000;

export class TokenWrites {
  readonly #count: StatementSync;
  readonly #insert: StatementSync;
  readonly #revoke: StatementSync;

  constructor(database: DatabaseSync) {
    this.#count = database.prepare('SELECT count(*) AS count FROM device_tokens');
    this.#insert = database.prepare(
      `INSERT INTO device_tokens (token_id, token_hash, device_type, device_id, created_at)
       VALUES (?, ?, ?, ?, ?) ON CONFLICT (token_hash) DO NOTHING`,
    );
    this.#revoke = database.prepare(
      'UPDATE device_tokens SET revoked_at = ? WHERE token_id = ? AND revoked_at IS NULL',
    );
  }

  create(at: number, hash: Uint8Array, deviceType: DeviceType, deviceId: string): DeviceToken {
    const { count } = this.#count.get() as { count: number };
    if (count >= TOKENS_MAX)
      throw new EventRefusedError(`there are ${count} tokens, and no more are allowed`);
    const tokenId = randomUUID();
    if (this.#insert.run(tokenId, hash, deviceType, deviceId, at).changes === 0) {
      throw new TokenExistsError(
        'there is a token with this value, or was one that is revoked; choose another',
      );
    }
    return { tokenId, deviceType, deviceId, createdAt: at, revokedAt: null };
  }

  revoke(at: number, tokenId: string): boolean {
    return this.#revoke.run(at, tokenId).changes !== 0;
  }
}
