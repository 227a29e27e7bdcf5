import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { pki } from 'node-forge';
import { publicKeyOf } from './key.ts';

/** A certificate and its private key, as PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly kind: 'server' | 'client';
  /** Host names and addresses of a server, the name of a client; the first becomes the common name. */
  readonly names: readonly string[];
  /** No certificate outlives the authority that signs it. */
  readonly days: number;
  /** The private key that the certificate is for, as PEM. */
  readonly key: string;
}

const AUTHORITY_DAYS = 3650;
/** Clients refuse server certificates with a longer life (CA/Browser Forum, Baseline Requirements 6.3.2). */
export const SERVER_DAYS_MAX = 397;
export const CLIENT_DAYS_MAX = 3650;
/** Machines' clocks differ; a certificate is valid an hour before it was made. */
const CLOCK_SKEW_MS = 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
const SERIAL_BYTES = 16;
/** RFC 5280, 4.2.1.6. */
const EMAIL = 1;
const DNS_NAME = 2;
const IP_ADDRESS = 7;
/** Upper bound of a common name (RFC 5280, appendix A). */
const COMMON_NAME_MAX = 64;

/** The certificate of a new authority, which signs for servers and clients and for no further authorities. */
export async function createAuthority(name: string, key: string, now = new Date()): Promise<string> {
  const forge = await loadForge();
  return signAuthority(await createSubject(name), key, now, forge);
}

/** The same authority with a new life: what it signed stays good, and so does trust in the old certificate. */
export async function renewAuthority(old: KeyedCertificate, now = new Date()): Promise<string> {
  const forge = await loadForge();
  return signAuthority(forge.pki.certificateFromPem(old.certificate).subject.attributes, old.key, now, forge);
}

/** The certificate of a server or a client, signed by the authority. */
export async function issueCertificate(
  authority: KeyedCertificate,
  { kind, names, days, key }: CertificateRequest,
  now = new Date(),
): Promise<string> {
  const forge = await loadForge();
  const issuer = forge.pki.certificateFromPem(authority.certificate);
  const daysMax = kind === 'server' ? SERVER_DAYS_MAX : CLIENT_DAYS_MAX;
  const certificate = createCertificate(key, Math.min(days, daysMax), now, forge);
  if (certificate.validity.notAfter > issuer.validity.notAfter) {
    certificate.validity.notAfter = issuer.validity.notAfter;
  }
  certificate.setSubject(await createSubject(names[0] as string));
  certificate.setIssuer(issuer.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: kind === 'server' },
    { name: 'extKeyUsage', serverAuth: kind === 'server', clientAuth: kind === 'client' },
    { name: 'subjectAltName', altNames: names.map(describeName) },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: keyIdentifierOf(issuer, forge) },
  ]);
  return sign(certificate, authority.key, forge);
}

type Forge = typeof import('node-forge');

function signAuthority(subject: pki.CertificateField[], key: string, now: Date, forge: Forge): string {
  const certificate = createCertificate(key, AUTHORITY_DAYS, now, forge);
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: keyIdentifierOf(certificate, forge) },
  ]);
  return sign(certificate, key, forge);
}

function createCertificate(key: string, days: number, now: Date, forge: Forge): pki.Certificate {
  const certificate = forge.pki.createCertificate();
  const from = now.getTime() - CLOCK_SKEW_MS;
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKeyOf(key));
  certificate.serialNumber = createSerial();
  certificate.validity.notBefore = new Date(from);
  certificate.validity.notAfter = new Date(from + days * DAY_MS);
  return certificate;
}

function sign(certificate: pki.Certificate, key: string, forge: Forge): string {
  certificate.sign(forge.pki.privateKeyFromPem(key), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

async function createSubject(name: string): Promise<pki.CertificateField[]> {
  const { asn1 } = await loadForge();
  // A PrintableString, which node-forge makes of it by itself, has neither "_" nor "@".
  const valueTagClass = asn1.Type.UTF8 as unknown as pki.CertificateField['valueTagClass'];
  return [{ name: 'commonName', value: name.slice(0, COMMON_NAME_MAX), valueTagClass }];
}

function describeName(name: string): object {
  if (isIP(name)) return { type: IP_ADDRESS, ip: name };
  return { type: name.includes('@') ? EMAIL : DNS_NAME, value: name };
}

/** The one that the issuer states, since there is more than one way to count it. */
function keyIdentifierOf(issuer: pki.Certificate, forge: Forge): string {
  const stated = issuer.getExtension('subjectKeyIdentifier') as { subjectKeyIdentifier?: string } | undefined;
  return stated?.subjectKeyIdentifier
    ? forge.util.hexToBytes(stated.subjectKeyIdentifier)
    : issuer.generateSubjectKeyIdentifier().getBytes();
}

/** Positive and never zero (RFC 5280, 4.1.2.2): the highest bit is clear, the next one set. */
function createSerial(): string {
  const serial = randomBytes(SERIAL_BYTES);
  serial[0] = ((serial[0] as number) & 0x3f) | 0x40;
  return serial.toString('hex');
}

/** Used to build certificates only, never to check one; loaded when one is made. */
async function loadForge(): Promise<Forge> {
  return (await import('node-forge')).default;
}
