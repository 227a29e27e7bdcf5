import { createHash } from 'node:crypto';
import { SESSION_LIMITS } from './limits.ts';

/** The scheme as devices write it, one space, then visible characters. */
const BEARER = /^Bearer ([\x21-\x7e][\x20-\x7e]*)$/;

/**
 * The SHA-256 of the token in an `Authorization` header, undefined where there is none. The token itself goes
 * no further.
 */
export function hashBearerToken(header: string | undefined): Buffer | undefined {
  if (header === undefined || header.length > SESSION_LIMITS.tokenMax) return undefined;
  const token = BEARER.exec(header)?.[1];
  return token === undefined ? undefined : createHash('sha256').update(token).digest();
}
