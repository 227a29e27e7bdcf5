import type { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { TlsConfig } from '../config/types.generated.ts';
import type { TlsMaterial } from '../process/messages.ts';
import { createTlsContext } from './context.ts';
import { type CertificateFacts, inspectCertificate, splitCertificates, warnOfExpiry } from './inspect.ts';
import { parseKey } from './key.ts';
import { CertificateError } from './tls-error.ts';

/** With what there is to tell about it; plain data, so that it can be handed to another process. */
export interface CheckedTlsMaterial extends TlsMaterial {
  readonly facts: CertificateFacts;
  /** What a person should see to, though it works today. */
  readonly warnings: readonly string[];
}

/** Extended key usages (RFC 5280, 4.2.1.12). */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const ANY_USAGE = '2.5.29.37.0';
const READABLE_BY_ALL = 0o004;

/**
 * Reads and checks the certificate and the key of a server, as PEM texts that can be handed to a process
 * without the right to read them. Throws `CertificateError`.
 */
export async function readTlsMaterial(
  config: Pick<TlsConfig, 'cert_file' | 'key_file' | 'ca_file' | 'min_version'>,
  now = new Date(),
): Promise<CheckedTlsMaterial> {
  const { cert_file: certFile, key_file: keyFile, ca_file: authorityFile } = config;
  const certificate = await readText(certFile, 'certificate', 'tls.cert_file');
  const key = await readText(keyFile, 'private key', 'tls.key_file');
  const chain = parseCertificates(certificate, certFile);
  assertPair(chain[0] as X509Certificate, certFile, key, keyFile);
  assertOrder(chain, certFile);
  for (const each of chain) assertDates(each, certFile, now);
  const authority = authorityFile
    ? await readText(authorityFile, 'client authorities', 'tls.ca_file')
    : undefined;
  if (authority !== undefined) parseCertificates(authority, authorityFile);
  const material: TlsMaterial = {
    certificate,
    key,
    authority,
    minVersion: config.min_version === '1.2' ? 'TLSv1.2' : 'TLSv1.3',
  };
  assertTaken(material, certFile);
  const facts = inspectCertificate(certificate);
  const warnings = [
    warnOfExpiry(facts, now),
    warnOfUsage(chain[0] as X509Certificate, certFile),
    await warnOfMode(keyFile),
  ].filter((warning) => warning !== undefined);
  return { ...material, facts, warnings };
}

/** All certificates of a PEM text, at least one. Throws `CertificateError`. */
export function parseCertificates(pem: string, file: string): X509Certificate[] {
  let cause: unknown;
  try {
    const certificates = splitCertificates(pem);
    if (certificates.length > 0) return certificates;
  } catch (error) {
    cause = error;
  }
  throw new CertificateError(
    'ERR_TLS_CERTIFICATE',
    file,
    `${file} holds no certificate in PEM form; a certificate begins with "-----BEGIN CERTIFICATE-----"`,
    cause,
  );
}

function assertPair(certificate: X509Certificate, certFile: string, key: string, keyFile: string): void {
  if (certificate.checkPrivateKey(parseKey(key, keyFile))) return;
  throw new CertificateError(
    'ERR_TLS_KEY',
    keyFile,
    `the private key ${keyFile} does not belong to the certificate ${certFile}; give the key that it was made for, and put the server's certificate first in its file`,
  );
}

/** Each certificate was issued by the one after it; clients do not look for another order. */
function assertOrder(chain: readonly X509Certificate[], file: string): void {
  for (const [i, certificate] of chain.entries()) {
    const issuer = chain[i + 1];
    if (issuer === undefined || certificate.checkIssued(issuer)) continue;
    throw new CertificateError(
      'ERR_TLS_CHAIN',
      file,
      `certificate ${i + 2} in ${file} (${oneLine(issuer.subject)}) did not sign the one before it (${oneLine(certificate.subject)}); put the server's certificate first and after each one the authority that signed it`,
    );
  }
}

function assertDates(
  { subject, validFromDate, validToDate }: X509Certificate,
  file: string,
  now: Date,
): void {
  if (now > validToDate) {
    throw new CertificateError(
      'ERR_TLS_EXPIRED',
      file,
      `the certificate ${oneLine(subject)} in ${file} expired at ${validToDate.toISOString()}; renew it`,
    );
  }
  if (now < validFromDate) {
    throw new CertificateError(
      'ERR_TLS_NOT_YET_VALID',
      file,
      `the certificate ${oneLine(subject)} in ${file} is not valid before ${validFromDate.toISOString()}; check the clock of this machine`,
    );
  }
}

/** OpenSSL has rules of its own, such as for the length of a key. */
function assertTaken(material: TlsMaterial, file: string): void {
  try {
    createTlsContext(material);
  } catch (error) {
    const { reason, message } = error as Error & { reason?: string };
    throw new CertificateError(
      'ERR_TLS_CERTIFICATE',
      file,
      `${file} cannot be used for TLS: ${reason ?? message}`,
      error,
    );
  }
}

function warnOfUsage({ keyUsage }: X509Certificate, file: string): string | undefined {
  // The type says otherwise, but a certificate without that extension has none.
  const usages = keyUsage as string[] | undefined;
  if (!usages?.length || usages.includes(SERVER_AUTH) || usages.includes(ANY_USAGE)) return undefined;
  return `${file} is not a server's certificate (its extended key usage lacks "serverAuth"); clients will refuse it`;
}

async function warnOfMode(file: string): Promise<string | undefined> {
  const { mode } = await stat(file);
  return mode & READABLE_BY_ALL
    ? `the private key ${file} can be read by every user of this machine; run: chmod o-rwx ${file}`
    : undefined;
}

function oneLine(name: string): string {
  return name.split('\n').join(', ');
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
