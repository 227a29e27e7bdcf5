import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { normalizeName } from './names.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const WARNING_DAYS = 30;
const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** What there is to tell about a certificate. Times in ISO 8601. */
export interface CertificateFacts {
  /** `CN=localhost`. */
  readonly subject: string;
  readonly issuer: string;
  /** The host names and addresses that it is good for. */
  readonly names: readonly string[];
  readonly serialNumber: string;
  readonly validFrom: string;
  readonly validUntil: string;
  /** SHA-256, in hexadecimal with colons, as openssl and browsers show it. */
  readonly fingerprint: string;
  readonly isAuthority: boolean;
}

/** The first certificate of a PEM text. Throws where there is none. */
export function inspectCertificate(pem: string): CertificateFacts {
  const certificate = new X509Certificate(pem);
  return {
    subject: joinLines(certificate.subject),
    issuer: joinLines(certificate.issuer),
    names: listNames(certificate.subjectAltName ?? ''),
    serialNumber: certificate.serialNumber,
    validFrom: certificate.validFromDate.toISOString(),
    validUntil: certificate.validToDate.toISOString(),
    fingerprint: certificate.fingerprint256,
    isAuthority: certificate.ca,
  };
}

/** Every certificate of a PEM text, in its order. Throws where one cannot be read. */
export function splitCertificates(pem: string): X509Certificate[] {
  return (pem.match(BLOCK) ?? []).map((block) => new X509Certificate(block));
}

/** One line where a certificate ends within thirty days or has ended, for the log and for status. */
export function warnOfExpiry(
  { subject, validUntil }: Pick<CertificateFacts, 'subject' | 'validUntil'>,
  now = new Date(),
): string | undefined {
  const days = (Date.parse(validUntil) - now.getTime()) / DAY_MS;
  if (days > WARNING_DAYS) return undefined;
  if (days < 0) return `the certificate "${subject}" expired at ${validUntil}; renew it`;
  const whole = Math.floor(days);
  const left = whole === 0 ? 'in less than a day' : whole === 1 ? 'in 1 day' : `in ${whole} days`;
  return `the certificate "${subject}" expires ${left}, at ${validUntil}; renew it`;
}

/** Node writes an attribute a line. */
function joinLines(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

/** From `DNS:localhost, IP Address:127.0.0.1`; a name with a comma or a quote is a JSON string there. */
function listNames(text: string): string[] {
  const found = text.matchAll(/(?:DNS|IP Address|email|URI):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return [...found].map(([, text = '']) => {
    const name: string = text.startsWith('"') ? JSON.parse(text) : text;
    return isIP(name) ? (normalizeName(name) ?? name) : name;
  });
}
