import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { HandshakeError } from './tls-error.ts';

export interface AcceptOptions {
  readonly context: SecureContext;
  /** Protocol names that the server offers, the preferred one first (RFC 7301). */
  readonly alpn: readonly string[];
  /** Aborts when the handshake has taken too long. */
  readonly timeout: AbortSignal;
}

/**
 * The server's side of a TLS handshake on an accepted, paused socket, also on one whose first bytes were read
 * and put back. Resolves with the stream inside, paused. Throws `HandshakeError`; the socket is destroyed then.
 */
export async function acceptTls(raw: Socket, options: AcceptOptions): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const secure = new TLSSocket(raw, {
    isServer: true,
    secureContext: options.context,
    ALPNProtocols: [...options.alpn],
  });
  const onTimeout = () => {
    const message = 'no TLS handshake in time (network.connection_timeout_secs)';
    reject(new HandshakeError('ERR_TLS_HANDSHAKE_TIMEOUT', message));
  };
  if (options.timeout.aborted) onTimeout();
  options.timeout.addEventListener('abort', onTimeout);
  // Stays for the life of the stream: whoever reads it sees its end, and an error is never unhandled.
  secure.on('error', (error: NodeJS.ErrnoException) => reject(explain(error)));
  secure.once('close', () =>
    reject(new HandshakeError('ERR_TLS_HANDSHAKE', 'the client went away during the TLS handshake')),
  );
  secure.once('secure', () => resolve(secure.pause()));
  try {
    return await promise;
  } catch (error) {
    secure.destroy();
    raw.destroy();
    throw error;
  } finally {
    options.timeout.removeEventListener('abort', onTimeout);
  }
}

function explain(error: NodeJS.ErrnoException): HandshakeError {
  switch (error.code) {
    case 'ERR_SSL_HTTP_REQUEST':
      return new HandshakeError(
        'ERR_TLS_PLAINTEXT',
        'the client spoke plain text (HTTP) on a TLS listener',
        error,
      );
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return new HandshakeError(
        'ERR_TLS_PLAINTEXT',
        'the client spoke plain text (no TLS) on a TLS listener',
        error,
      );
    case 'ERR_SSL_UNSUPPORTED_PROTOCOL':
    case 'ERR_SSL_VERSION_TOO_LOW':
      return new HandshakeError(
        'ERR_TLS_HANDSHAKE',
        'the client speaks an older TLS protocol than tls.min_version allows',
        error,
      );
    case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN':
    case 'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN':
      return new HandshakeError(
        'ERR_TLS_HANDSHAKE',
        'the client does not trust the certificate; give it the authority that signed it',
        error,
      );
    case 'ERR_SSL_NO_SHARED_CIPHER':
      return new HandshakeError(
        'ERR_TLS_HANDSHAKE',
        'the client offers no cipher that the server takes',
        error,
      );
    case 'ECONNRESET':
    case 'EPIPE':
      return new HandshakeError('ERR_TLS_HANDSHAKE', 'the client went away during the TLS handshake', error);
    default:
      return new HandshakeError('ERR_TLS_HANDSHAKE', `the TLS handshake failed: ${error.message}`, error);
  }
}
