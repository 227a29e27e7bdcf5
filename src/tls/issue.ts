import { generateKeyPair, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import type { pki } from 'node-forge';

/** A certificate and its private key, as PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly kind: 'server' | 'client';
  /** Host names and addresses of a server, the name of a client; the first becomes the common name. */
  readonly names: readonly string[];
  readonly days: number;
}

const KEY_BITS = 2048;
const AUTHORITY_DAYS = 3650;
/** Clients refuse server certificates with a longer life (CA/Browser Forum, Baseline Requirements 6.3.2). */
export const CERTIFICATE_DAYS_MAX = 397;
/** Machines' clocks differ; a certificate is valid an hour before it was made. */
const CLOCK_SKEW_MS = 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
const SERIAL_BYTES = 16;
/** RFC 5280, 4.2.1.6. */
const DNS_NAME = 2;
const IP_ADDRESS = 7;
/** Upper bound of a common name (RFC 5280, appendix A). */
const COMMON_NAME_MAX = 64;

/** A new authority that signs certificates for servers and clients, and no further authorities. */
export async function createAuthority(name: string): Promise<KeyedCertificate> {
  const forge = await loadForge();
  const key = await createKey();
  const certificate = await createCertificate(key, name, AUTHORITY_DAYS);
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(key.privateKey), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key: key.privateKey };
}

/** A certificate for a server or a client, signed by the authority. */
export async function issueCertificate(
  authority: KeyedCertificate,
  { kind, names, days }: CertificateRequest,
): Promise<KeyedCertificate> {
  const forge = await loadForge();
  const issuer = forge.pki.certificateFromPem(authority.certificate);
  const key = await createKey();
  const certificate = await createCertificate(key, names[0] as string, Math.min(days, CERTIFICATE_DAYS_MAX));
  certificate.setIssuer(issuer.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: kind === 'server' },
    { name: 'extKeyUsage', serverAuth: kind === 'server', clientAuth: kind === 'client' },
    { name: 'subjectAltName', altNames: names.map(describeName) },
    { name: 'subjectKeyIdentifier' },
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes(),
    },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(authority.key), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key: key.privateKey };
}

function describeName(name: string): object {
  return isIP(name) ? { type: IP_ADDRESS, ip: name } : { type: DNS_NAME, value: name };
}

interface KeyPem {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Node makes keys off the event loop, in half the time; the form is what node-forge reads. */
function createKey(): Promise<KeyPem> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: KEY_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

async function createCertificate(key: KeyPem, name: string, days: number): Promise<pki.Certificate> {
  const forge = await loadForge();
  const certificate = forge.pki.createCertificate();
  const now = Date.now();
  certificate.publicKey = forge.pki.publicKeyFromPem(key.publicKey);
  certificate.serialNumber = createSerial();
  certificate.validity.notBefore = new Date(now - CLOCK_SKEW_MS);
  certificate.validity.notAfter = new Date(now + days * DAY_MS - CLOCK_SKEW_MS);
  certificate.setSubject([{ name: 'commonName', value: name.slice(0, COMMON_NAME_MAX) }]);
  return certificate;
}

/** Positive and never zero (RFC 5280, 4.1.2.2): the highest bit is clear, the next one set. */
function createSerial(): string {
  const serial = randomBytes(SERIAL_BYTES);
  serial[0] = ((serial[0] as number) & 0x3f) | 0x40;
  return serial.toString('hex');
}

/** Used to build certificates only, never to check one; loaded when one is made. */
async function loadForge(): Promise<typeof import('node-forge')> {
  return (await import('node-forge')).default;
}
