import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { TlsConfig } from '../config/types.generated.ts';
import type { TlsMaterial } from '../process/messages.ts';
import { CertificateError } from './tls-error.ts';

/**
 * Reads and checks the certificate and the key of a server, as PEM texts that can be handed to a process
 * without the right to read them. Throws `CertificateError`.
 */
export async function readTlsMaterial(
  config: Pick<TlsConfig, 'cert_file' | 'key_file' | 'min_version'>,
): Promise<TlsMaterial> {
  const certificate = await readText(config.cert_file, 'certificate', 'tls.cert_file');
  const key = await readText(config.key_file, 'private key', 'tls.key_file');
  const parsed = parseCertificate(certificate, config.cert_file);
  if (!parsed.checkPrivateKey(parseKey(key, config.key_file))) {
    throw new CertificateError(
      'ERR_TLS_KEY',
      config.key_file,
      `the private key ${config.key_file} does not belong to the certificate ${config.cert_file}`,
    );
  }
  return {
    certificate,
    key,
    authority: undefined,
    minVersion: config.min_version === '1.2' ? 'TLSv1.2' : 'TLSv1.3',
  };
}

/** The first certificate of a PEM text. Throws `CertificateError`. */
export function parseCertificate(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new CertificateError(
      'ERR_TLS_CERTIFICATE',
      file,
      `${file} holds no certificate in PEM form ("-----BEGIN CERTIFICATE-----")`,
      error,
    );
  }
}

function parseKey(pem: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new CertificateError(
      'ERR_TLS_KEY',
      file,
      `${file} holds no private key in PEM form without a passphrase`,
      error,
    );
  }
}

async function readText(file: string, what: string, key: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CertificateError(
      'ERR_TLS_FILE',
      file,
      `cannot read the ${what} ${file}: ${(error as Error).message}; see ${key}`,
      error,
    );
  }
}
