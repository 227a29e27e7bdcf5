import assert from 'node:assert';
import type { Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { LinkClient } from '../link/client.ts';
import { formatPrefix, LogBatch } from '../link/log-batch.ts';

/** A worker that cannot do what clients want of it. */
export class SelfTestError extends Error {
  readonly code = 'ERR_SELF_TEST';
}

const HANDSHAKE_TIMEOUT_MS = 10_000;
const LINE = 'a worker tries the way to the store\n';

/**
 * What a worker has to do before it may take the place of another: a TLS handshake with itself, and a line that goes
 * to the store and comes back numbered. Nothing is kept of it. Throws `SelfTestError`.
 */
export async function testWorker(link: LinkClient, tlsContext: SecureContext | undefined): Promise<void> {
  if (tlsContext !== undefined) await testHandshake(tlsContext);
  await testLink(link);
}

async function testHandshake(context: SecureContext): Promise<void> {
  const [{ acceptTls }, { connect }] = await Promise.all([import('../tls/accept.ts'), import('node:tls')]);
  const [near, far] = duplexPair();
  // Whether the certificate is good for clients was looked at before; here it has to be one that OpenSSL can use.
  const client = connect({ socket: far, rejectUnauthorized: false });
  client.on('error', () => {});
  try {
    const timeout = AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS);
    const server = await acceptTls(near as Socket, { context, alpn: [], timeout });
    server.destroy();
  } catch (error) {
    throw new SelfTestError(`a TLS handshake with itself failed: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    client.destroy();
  }
}

async function testLink(link: LinkClient): Promise<void> {
  const batch = new LogBatch('plain', formatPrefix('plain', link.nextSequence).length);
  const start = batch.begin(LINE.length);
  batch.commit(start + batch.bytes.write(LINE, start, 'latin1'));
  const line = (await link.probe(batch)).toString('latin1');
  assert(/^\d+ $/.test(line.slice(0, -LINE.length)) && line.endsWith(LINE), `the store made "${line}" of it`);
}
