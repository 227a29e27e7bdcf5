import { createHash } from 'node:crypto';

/** What is kept of a token. Tokens are long and random, so one round of SHA-256 is enough. */
export function hashToken(token: string): Uint8Array {
  return createHash('sha256').update(token, 'utf8').digest();
}
