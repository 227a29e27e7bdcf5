import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { SendError } from './send-error.ts';
import { formatTarget, type Target } from './target.ts';

/** How the server's certificate is checked. */
export interface TlsChoice {
  /** The file with the authority to trust; without it, those that Node trusts. */
  readonly caFile: string | undefined;
  /** Trusts everybody. */
  readonly isInsecure: boolean;
}

export interface Destination {
  readonly target: Target;
  /** Undefined for a connection without TLS. */
  readonly tls: TlsChoice | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused; nothing listens there: is the server running? ("server status")',
  ENOENT: 'there is no such socket; is the server running? ("server status")',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no way to this network',
  ETIMEDOUT: 'no answer',
  EACCES: 'permission denied',
};

const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
]);

/** Opens a connection, with its TLS handshake done. Throws `SendError`. */
export async function openConnection(destination: Destination): Promise<Socket> {
  const { target, tls } = destination;
  const address =
    'path' in target ? { path: target.path } : { host: target.host, port: target.port, noDelay: true };
  const socket =
    tls === undefined ? connect(address) : connectTls({ ...address, ...readTlsOptions(destination, tls) });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let isConnected = false;
  socket.once('connect', () => {
    isConnected = true;
  });
  socket.once(tls === undefined ? 'connect' : 'secureConnect', resolve);
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('the connection was closed')));
  const timeout = setTimeout(
    () => reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
    CONNECT_TIMEOUT_MS,
  );
  try {
    await promise;
  } catch (error) {
    socket.destroy();
    throw explain(destination, error as NodeJS.ErrnoException, isConnected);
  } finally {
    clearTimeout(timeout);
  }
  return socket;
}

function readTlsOptions({ target }: Destination, { caFile, isInsecure }: TlsChoice): ConnectionOptions {
  const servername = 'path' in target ? 'localhost' : target.host;
  return {
    ...(isIP(servername) === 0 ? { servername } : {}),
    ...(caFile === undefined ? {} : { ca: readAuthority(caFile) }),
    rejectUnauthorized: !isInsecure,
  };
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SendError(
      'ERR_SEND_CA',
      `cannot read the authority ${file}: ${(error as Error).message}`,
      error,
    );
  }
}

function explain(
  { target, tls }: Destination,
  error: NodeJS.ErrnoException,
  isConnected: boolean,
): SendError {
  const where = formatTarget(target);
  const code = error.code ?? '';
  if (tls !== undefined && UNTRUSTED.has(code)) {
    const trusted = tls.caFile === undefined ? 'no authority was given' : `${tls.caFile} did not sign it`;
    return new SendError(
      'ERR_SEND_TLS',
      `the certificate of ${where} is not trusted: ${trusted}; give the server's authority with --tls-ca FILE (for a generated certificate that is certs/ca.crt in its data directory), or trust everybody with --insecure`,
      error,
    );
  }
  if (tls !== undefined && (code.startsWith('CERT_') || code === 'ERR_TLS_CERT_ALTNAME_INVALID')) {
    return new SendError(
      'ERR_SEND_TLS',
      `the certificate of ${where} cannot be accepted: ${error.message}; connect by a name that is in it, renew it, or use --insecure`,
      error,
    );
  }
  if (tls !== undefined && (isConnected || code === 'EPROTO' || code.startsWith('ERR_SSL_'))) {
    return new SendError(
      'ERR_SEND_TLS',
      `no TLS connection to ${where}: ${error.message}; if this port is without TLS, use --no-tls`,
      error,
    );
  }
  return new SendError(
    'ERR_SEND_UNREACHABLE',
    `cannot reach ${where}: ${WORDS[code] ?? error.message}`,
    error,
  );
}
