import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CertificateRequest,
  createAuthority,
  issueCertificate,
  type KeyedCertificate,
} from '../../../src/tls/issue.ts';
import { createKey } from '../../../src/tls/key.ts';

export const DAY_MS = 24 * 60 * 60 * 1000;

/** A moment so many days from now. */
export function inDays(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}

export async function makeAuthority(name = 'Test authority', from = new Date()): Promise<KeyedCertificate> {
  const key = await createKey();
  return { certificate: await createAuthority(name, key, from), key };
}

export async function makeCertificate(
  authority: KeyedCertificate,
  request: Partial<CertificateRequest> = {},
  from = new Date(),
): Promise<KeyedCertificate> {
  const key = request.key ?? (await createKey());
  const names = ['localhost', '127.0.0.1'];
  return {
    certificate: await issueCertificate(
      authority,
      { kind: 'server', names, days: 100, ...request, key },
      from,
    ),
    key,
  };
}

/** Writes a text and returns the file. */
export function write(folder: string, name: string, text: string, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode });
  return file;
}
