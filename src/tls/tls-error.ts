/** A certificate or key that cannot be used. The message names the file and what to do. */
export class CertificateError extends Error {
  readonly code:
    | 'ERR_TLS_FILE'
    | 'ERR_TLS_CERTIFICATE'
    | 'ERR_TLS_CHAIN'
    | 'ERR_TLS_EXPIRED'
    | 'ERR_TLS_NOT_YET_VALID'
    | 'ERR_TLS_KEY'
    | 'ERR_TLS_PERMISSION'
    | 'ERR_TLS_AUTHORITY';
  readonly file: string;

  constructor(code: CertificateError['code'], file: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'CertificateError';
    this.code = code;
    this.file = file;
  }
}

/** A handshake that did not come about. */
export class HandshakeError extends Error {
  readonly code: 'ERR_TLS_HANDSHAKE' | 'ERR_TLS_HANDSHAKE_TIMEOUT' | 'ERR_TLS_PLAINTEXT';

  constructor(code: HandshakeError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'HandshakeError';
    this.code = code;
  }
}
