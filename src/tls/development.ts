import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import {
  type CertificateFiles,
  certificateFiles,
  createKeyDirectory,
  readCertificateFiles,
  writeCertificateFiles,
} from './certificate-files.ts';
import { CERTIFICATE_DAYS_MAX, createAuthority, issueCertificate, type KeyedCertificate } from './issue.ts';

/** What was done, and where it is. */
export interface DevelopmentCertificates extends CertificateFiles {
  /** What clients have to trust. */
  readonly authorityFile: string;
  readonly made: readonly ('authority' | 'server certificate')[];
}

const RENEWAL_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;
const ALWAYS_NAMED = ['localhost', '127.0.0.1', '::1'];
const WILDCARDS = ['0.0.0.0', '::'];

/**
 * The certificates of `tls.auto_generate`: a local authority (`ca.crt`, `ca.key`) and a server certificate that
 * it signed. What is there and still good is kept. The server certificate is made anew when it ends within
 * thirty days, lacks a name, or does not fit its key or the authority; the authority when it would end before
 * the next server certificate. Throws `CertificateError`.
 */
export async function ensureDevelopmentCertificates(
  directory: string,
  addresses: readonly string[],
): Promise<DevelopmentCertificates> {
  const authorityFiles = certificateFiles(directory, 'ca');
  const serverFiles = certificateFiles(directory, 'server');
  const names = listNames(addresses);
  const made: DevelopmentCertificates['made'][number][] = [];
  await createKeyDirectory(directory);

  let authority = await readCertificateFiles(authorityFiles);
  if (authority === undefined || !isUsable(authority, CERTIFICATE_DAYS_MAX)) {
    authority = await createAuthority(`Millrace development authority on ${hostname()}`);
    await writeCertificateFiles(authorityFiles, authority);
    made.push('authority');
  }
  const server = await readCertificateFiles(serverFiles);
  if (server === undefined || !isUsable(server, RENEWAL_DAYS) || !covers(server, authority, names)) {
    const days = CERTIFICATE_DAYS_MAX;
    await writeCertificateFiles(
      serverFiles,
      await issueCertificate(authority, { kind: 'server', names, days }),
    );
    made.push('server certificate');
  }
  return { ...serverFiles, authorityFile: authorityFiles.certFile, made };
}

function listNames(addresses: readonly string[]): string[] {
  const own = addresses.filter((address) => !WILDCARDS.includes(address));
  return [...new Set([...ALWAYS_NAMED, hostname(), ...own])];
}

/** Whether certificate and key belong together and are good for that many days more. */
function isUsable({ certificate, key }: KeyedCertificate, days: number): boolean {
  try {
    const parsed = new X509Certificate(certificate);
    const endsAt = Date.parse(parsed.validTo);
    return endsAt - Date.now() > days * DAY_MS && parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function covers(server: KeyedCertificate, authority: KeyedCertificate, names: readonly string[]): boolean {
  const parsed = new X509Certificate(server.certificate);
  if (!parsed.verify(new X509Certificate(authority.certificate).publicKey)) return false;
  return names.every((name) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)) !== undefined);
}
