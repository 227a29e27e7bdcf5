import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { CertificateError } from './tls-error.ts';

const KEY_BITS = 2048;

/** A new private key, as PEM. Node makes it off the event loop, in half of node-forge's time. */
export async function createKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: KEY_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
}

/** Throws `CertificateError`. */
export function parseKey(pem: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const isLocked = /^-----BEGIN ENCRYPTED|^Proc-Type: .*ENCRYPTED/m.test(pem);
    throw new CertificateError(
      'ERR_TLS_KEY',
      file,
      isLocked
        ? `${file} is locked by a passphrase; give a key without one ("openssl pkey -in ${file}" takes it off)`
        : `${file} holds no private key in PEM form; a key begins with "-----BEGIN PRIVATE KEY-----"`,
      error,
    );
  }
}

/** Whether certificates can be built for it: node-forge knows RSA only. */
export function isKeyUsable(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= KEY_BITS;
  } catch {
    return false;
  }
}

export function publicKeyOf(pem: string): string {
  return createPublicKey(pem).export({ type: 'spki', format: 'pem' }) as string;
}
