import { HandshakeError } from './tls-error.ts';

const PLAINTEXT = 'the client spoke plain text';
const WITHOUT_TLS = 'on a TLS listener; have it use TLS, or a listener without';

/** What OpenSSL and the kernel report while a client shakes hands, in words that help. */
const EXPLANATIONS: readonly (readonly [RegExp, HandshakeError['code'], string])[] = [
  [
    /^ERR_SSL_HTTPS?_(PROXY_)?REQUEST$/,
    'ERR_TLS_PLAINTEXT',
    `${PLAINTEXT} (it looks like HTTP) ${WITHOUT_TLS}`,
  ],
  [
    /^ERR_SSL_WRONG_VERSION_NUMBER$/,
    'ERR_TLS_PLAINTEXT',
    `${PLAINTEXT} (its first bytes are no TLS record) ${WITHOUT_TLS}`,
  ],
  [
    /^ERR_SSL_(UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW)$/,
    'ERR_TLS_HANDSHAKE',
    'the client speaks an older version of the TLS protocol than tls.min_version allows',
  ],
  [
    /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE)$/,
    'ERR_TLS_HANDSHAKE',
    'the client does not trust the certificate; give it the authority that signed it',
  ],
  [
    /ALERT_CERTIFICATE_(EXPIRED|REVOKED)$/,
    'ERR_TLS_HANDSHAKE',
    'the client takes the certificate for expired or revoked; renew it, or set the clocks right',
  ],
  [
    /^ERR_SSL_NO_SHARED_CIPHER$|ALERT_HANDSHAKE_FAILURE$/,
    'ERR_TLS_HANDSHAKE',
    'the client and the server have no cipher in common',
  ],
  [
    /^ERR_SSL_NO_(SUITABLE_KEY_SHARE|SHARED_GROUPS?|SUITABLE_GROUPS)$/,
    'ERR_TLS_HANDSHAKE',
    'the client and the server have no key exchange in common',
  ],
  [
    /^ERR_SSL_NO_APPLICATION_PROTOCOL$/,
    'ERR_TLS_HANDSHAKE',
    'the client asked (by ALPN) for a protocol only that this listener does not speak',
  ],
  [
    /^ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE$/,
    'ERR_TLS_HANDSHAKE',
    'the client has no certificate, and this listener requires one',
  ],
  [
    /^(ECONNRESET|EPIPE|ECONNABORTED)$/,
    'ERR_TLS_HANDSHAKE',
    'the client went away during the TLS handshake (connection reset)',
  ],
];

/** Words for an error that a handshake ended with. They hold nothing that the client sent. */
export function explainHandshake(error: NodeJS.ErrnoException & { reason?: string }): HandshakeError {
  const { code = '', reason, message } = error;
  const known = EXPLANATIONS.find(([pattern]) => pattern.test(code));
  if (known !== undefined) return new HandshakeError(known[1], known[2], error);
  return new HandshakeError('ERR_TLS_HANDSHAKE', `the TLS handshake failed: ${reason ?? message}`, error);
}
