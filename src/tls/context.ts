import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsMaterial } from '../process/messages.ts';

/** For TLS 1.2; those of TLS 1.3 are all good. Mozilla's "intermediate" recommendation, forward secrecy only. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** What a worker needs for the handshakes of its listeners. Throws where OpenSSL does not take the material. */
export function createTlsContext(material: TlsMaterial): SecureContext {
  return createSecureContext({
    cert: material.certificate,
    key: material.key,
    // Without a list Node trusts every public authority, whose clients are not ours.
    ca: material.authority ?? [],
    minVersion: material.minVersion,
    ciphers: CIPHERS,
    // A client of TLS 1.2 could make the server work for nothing with it.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    // A resumed session keeps the client's certificate only where it has a context.
    sessionIdContext: 'millrace',
  });
}
