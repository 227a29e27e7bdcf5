import { createPrivateKey, X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import {
  type Authority,
  assertCanSign,
  createKeyFile,
  openAuthority,
  prolongAuthority,
} from './authority.ts';
import {
  CERTIFICATE_MODE,
  type CertificateFiles,
  certificateFiles,
  createKeyDirectory,
  KEY_MODE,
  readIfThere,
  readKeyIfThere,
  replaceFile,
} from './certificate-files.ts';
import { issueCertificate, SERVER_DAYS_MAX } from './issue.ts';
import { createKey, isKeyUsable } from './key.ts';
import { coversName, normalizeName } from './names.ts';

/** What was done, and where it is. */
export interface DevelopmentCertificates extends CertificateFiles {
  /** What clients have to trust. */
  readonly authorityFile: string;
  readonly made: readonly ('authority' | 'server certificate')[];
}

const RENEWAL_DAYS = 30;
/** A certificate with a short life is renewed when so much of it is left. */
const RENEWAL_SHARE = 1 / 3;
const DAY_MS = 24 * 60 * 60 * 1000;
const ALWAYS_NAMED = ['localhost', '127.0.0.1', '::1'];
const WILDCARDS = ['0.0.0.0', '::'];

/**
 * The certificates of `tls.auto_generate`: a local authority (`ca.crt`, `ca.key`) and a server certificate that
 * it signed. What is there and still good is kept. The server certificate is made anew when it is near its end,
 * lacks a name, or does not fit its key or the authority. An authority near its end gets a new certificate for
 * the same key; any other fault of it is for a person to mend. Throws `CertificateError`.
 */
export async function ensureDevelopmentCertificates(
  directory: string,
  addresses: readonly string[],
  now = new Date(),
): Promise<DevelopmentCertificates> {
  await createKeyDirectory(directory);
  const made: DevelopmentCertificates['made'][number][] = [];
  let authority = await openAuthority(directory, now);
  if (authority.key !== undefined && isNearEnd(new X509Certificate(authority.certificate), now)) {
    authority = await prolongAuthority(authority, now);
    made.push('authority');
  } else if (authority.isNew) {
    made.push('authority');
  }
  const files = certificateFiles(directory, 'server');
  const names = listNames(addresses);
  // One from an authority near its end has a short life itself.
  if (made.length > 0 || !(await isGood(files, authority, names, now))) {
    await renewServer(files, authority, names, now);
    made.push('server certificate');
  }
  return { ...files, authorityFile: authority.files.certFile, made };
}

/** `localhost`, this machine, and the addresses that it listens on. */
function listNames(addresses: readonly string[]): string[] {
  const own = addresses.filter((address) => !WILDCARDS.includes(address));
  const names = [...ALWAYS_NAMED, hostname(), ...own].map(normalizeName);
  return [...new Set(names.filter((name) => name !== undefined))];
}

async function isGood(
  files: CertificateFiles,
  authority: Authority,
  names: readonly string[],
  now: Date,
): Promise<boolean> {
  const [certificate, key] = [await readIfThere(files.certFile), await readKeyIfThere(files.keyFile)];
  if (certificate === undefined || key === undefined) return false;
  try {
    const parsed = new X509Certificate(certificate);
    const issuer = new X509Certificate(authority.certificate);
    return (
      parsed.checkPrivateKey(createPrivateKey(key)) &&
      parsed.checkIssued(issuer) &&
      parsed.verify(issuer.publicKey) &&
      parsed.validFromDate <= now &&
      !isNearEnd(parsed, now) &&
      names.every((name) => coversName(parsed, name))
    );
  } catch {
    return false;
  }
}

/** The key stays where it can: then two processes that renew at once leave a pair that belongs together. */
async function renewServer(
  files: CertificateFiles,
  authority: Authority,
  names: readonly string[],
  now: Date,
): Promise<void> {
  const signer = assertCanSign(authority);
  let key = (await readKeyIfThere(files.keyFile)) ?? (await createKeyFile(files.keyFile));
  if (!isKeyUsable(key)) {
    key = await createKey();
    await replaceFile(files.keyFile, key, KEY_MODE);
  }
  const request = { kind: 'server', names, days: SERVER_DAYS_MAX, key } as const;
  await replaceFile(files.certFile, await issueCertificate(signer, request, now), CERTIFICATE_MODE);
}

function isNearEnd({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  const lifeMs = validToDate.getTime() - validFromDate.getTime();
  return validToDate.getTime() - now.getTime() < Math.min(RENEWAL_DAYS * DAY_MS, lifeMs * RENEWAL_SHARE);
}
