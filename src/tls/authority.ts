import type { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { parseCertificates } from './certificate.ts';
import {
  CERTIFICATE_MODE,
  type CertificateFiles,
  certificateFiles,
  createFile,
  KEY_MODE,
  readIfThere,
  readKeyIfThere,
  replaceFile,
} from './certificate-files.ts';
import { createAuthority, type KeyedCertificate, renewAuthority } from './issue.ts';
import { createKey, isKeyUsable, parseKey } from './key.ts';
import { CertificateError } from './tls-error.ts';

/** `ca.crt` and `ca.key` in a directory. */
export interface Authority {
  readonly files: CertificateFiles;
  readonly certificate: string;
  /** Undefined where the key is kept elsewhere: what it signed is good, but it cannot sign more. */
  readonly key: string | undefined;
  /** Whether it was made just now. */
  readonly isNew: boolean;
}

const NAME = 'ca';

/**
 * The authority of a directory, made where there is none; one that is there stays as it is. Two processes may
 * do this at once: the first key that is there counts for both. Throws `CertificateError`.
 */
export async function openAuthority(directory: string, now = new Date()): Promise<Authority> {
  const files = certificateFiles(directory, NAME);
  let certificate = await readIfThere(files.certFile);
  let key = await readKeyIfThere(files.keyFile);
  let isNew = false;
  if (certificate === undefined) {
    key ??= await createKeyFile(files.keyFile);
    assertUsable(files, key);
    const made = await createAuthority(`Millrace authority of ${hostname()}`, key, now);
    isNew = await createFile(files.certFile, made, CERTIFICATE_MODE);
    certificate = isNew ? made : ((await readIfThere(files.certFile)) as string);
  }
  const [parsed] = parseCertificates(certificate, files.certFile) as [X509Certificate];
  if (!parsed.ca) {
    throw new CertificateError(
      'ERR_TLS_AUTHORITY',
      files.certFile,
      `${files.certFile} is not the certificate of an authority; move it and ${files.keyFile} away to have a new one made`,
    );
  }
  if (key !== undefined) {
    assertUsable(files, key);
    assertTogether(files, parsed, key);
  }
  return { files, certificate, key, isNew };
}

/** Gives the authority a new life with the same name and key, so that the old certificate stays good too. */
export async function prolongAuthority(authority: Authority, now = new Date()): Promise<Authority> {
  const certificate = await renewAuthority(assertCanSign(authority), now);
  await replaceFile(authority.files.certFile, certificate, CERTIFICATE_MODE);
  return { ...authority, certificate };
}

/** Throws `CertificateError` where the authority cannot sign. */
export function assertCanSign({ files, certificate, key }: Authority): KeyedCertificate {
  if (key !== undefined) return { certificate, key };
  throw new CertificateError(
    'ERR_TLS_AUTHORITY',
    files.keyFile,
    `the private key ${files.keyFile} of the authority ${files.certFile} is missing; put it back, or move the certificate away to have a new authority, which clients then have to trust`,
  );
}

/** The key in the file, made where there is none. */
export async function createKeyFile(file: string): Promise<string> {
  const key = await createKey();
  return (await createFile(file, key, KEY_MODE)) ? key : ((await readKeyIfThere(file)) as string);
}

function assertUsable({ keyFile }: CertificateFiles, key: string): void {
  parseKey(key, keyFile);
  if (isKeyUsable(key)) return;
  throw new CertificateError(
    'ERR_TLS_AUTHORITY',
    keyFile,
    `${keyFile} is not an RSA key of 2048 bits or more, which is all that can sign here; sign with openssl, or move the authority away to have a new one made`,
  );
}

function assertTogether(files: CertificateFiles, parsed: X509Certificate, key: string): void {
  if (parsed.checkPrivateKey(parseKey(key, files.keyFile))) return;
  throw new CertificateError(
    'ERR_TLS_AUTHORITY',
    files.keyFile,
    `the private key ${files.keyFile} does not belong to the authority ${files.certFile}; put the right one back, or move both away to have a new authority made`,
  );
}
