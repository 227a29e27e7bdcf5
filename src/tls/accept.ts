import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { explainHandshake } from './explain-handshake.ts';
import { HandshakeError } from './tls-error.ts';

export interface AcceptOptions {
  readonly context: SecureContext;
  /** Protocol names that the server offers, the preferred one first (RFC 7301). */
  readonly alpn: readonly string[];
  /** Aborts when the handshake has taken too long. */
  readonly timeout: AbortSignal;
  /** Whether the client needs a certificate that an authority of the context has signed. */
  readonly requestCert?: boolean;
}

/**
 * The server's side of a TLS handshake on an accepted, paused socket, also on one whose first bytes were read
 * and put back. Resolves with the stream inside, paused. Throws `HandshakeError`; the socket is destroyed then.
 */
export async function acceptTls(raw: Socket, options: AcceptOptions): Promise<TLSSocket> {
  const { context, alpn, timeout, requestCert = false } = options;
  // One that has ended or broken by now would never report it again.
  raw.on('error', ignore);
  if (raw.destroyed || raw.readableEnded || timeout.aborted) {
    raw.destroy();
    throw timeout.aborted ? tooSlow() : leftEarly(raw);
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const secure = new TLSSocket(raw, {
    isServer: true,
    secureContext: context,
    ALPNProtocols: [...alpn],
    requestCert,
    rejectUnauthorized: requestCert,
  });
  const onEnd = () => reject(leftEarly(raw));
  const onTimeout = () => reject(tooSlow());
  timeout.addEventListener('abort', onTimeout);
  // Stays for the life of the stream: whoever reads it sees its end, and an error is never unhandled.
  secure.on('error', (error: NodeJS.ErrnoException) => reject(explainHandshake(error)));
  secure.once('secure', resolve);
  const ends = [
    [secure, 'end'],
    [secure, 'close'],
    // An end that was read before the handshake began shows here only.
    [raw, 'end'],
    [raw, 'close'],
  ] as const;
  for (const [stream, event] of ends) stream.once(event, onEnd);
  try {
    await promise;
    if (requestCert) assertTrusted(secure);
    return secure.pause();
  } catch (error) {
    secure.destroy();
    raw.destroy();
    throw error;
  } finally {
    timeout.removeEventListener('abort', onTimeout);
    for (const [stream, event] of ends) stream.off(event, onEnd);
  }
}

/** A `TLSSocket` that no `tls.Server` made leaves it to its owner to ask what OpenSSL thinks of the client. */
function assertTrusted(secure: TLSSocket): void {
  const { ssl } = secure as unknown as { ssl: { verifyError(): NodeJS.ErrnoException | null } };
  const error = ssl.verifyError();
  if (error === null || error === undefined) return;
  throw new HandshakeError(
    'ERR_TLS_HANDSHAKE',
    `the client's certificate cannot be accepted: ${error.message}`,
    error,
  );
}

function leftEarly(raw: Socket): HandshakeError {
  return new HandshakeError(
    'ERR_TLS_HANDSHAKE',
    raw.bytesRead === 0
      ? 'the client went away before the TLS handshake without a byte'
      : 'the client went away during the TLS handshake; it may not trust the certificate',
  );
}

function tooSlow(): HandshakeError {
  const message = 'no TLS handshake in time (network.connection_timeout_secs)';
  return new HandshakeError('ERR_TLS_HANDSHAKE_TIMEOUT', message);
}

function ignore(): void {}
