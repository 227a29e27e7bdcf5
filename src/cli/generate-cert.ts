import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { relative, resolve } from 'node:path';
import { defineCommand } from 'citty';
import { assertCanSign, openAuthority } from '../tls/authority.ts';
import {
  CERTIFICATE_MODE,
  type CertificateFiles,
  certificateFiles,
  createFile,
  createKeyDirectory,
  KEY_MODE,
  replaceFile,
} from '../tls/certificate-files.ts';
import { type CertificateFacts, inspectCertificate } from '../tls/inspect.ts';
import { CLIENT_DAYS_MAX, issueCertificate, SERVER_DAYS_MAX } from '../tls/issue.ts';
import { createKey } from '../tls/key.ts';
import { normalizeName } from '../tls/names.ts';
import { CertificateError } from '../tls/tls-error.ts';
import { COMMON_FLAGS, JSON_FLAG } from './flags.ts';
import { CannotCreateError } from './generate-config.ts';
import { listOccurrences } from './occurrences.ts';
import { printJson } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const DEFAULT_DIRECTORY = 'certs';
/** What a client may not be called, since the files of others have these names. */
const TAKEN_NAMES = ['ca', 'server'];
/** It becomes part of a file's name, and the common name of a certificate. */
const CLIENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

export interface CertificateOrder {
  readonly kind: 'server' | 'client';
  readonly names: readonly string[];
  readonly days: number;
  readonly directory: string;
  /** Where the authority is, or is made. */
  readonly authorityDirectory: string;
  readonly isForced: boolean;
}

export interface CertificateReport extends CertificateFiles {
  readonly authorityFile: string;
  readonly isAuthorityNew: boolean;
  readonly facts: CertificateFacts;
}

export const generateCertCommand = defineCommand({
  meta: {
    description:
      'Makes a certificate for a server, or with --client for a client, signed by the authority in the same directory (ca.crt, ca.key), which is made first where there is none. The authority is never replaced, and nothing else without --force.',
  },
  args: {
    ...COMMON_FLAGS,
    dir: {
      type: 'string',
      valueHint: 'DIR',
      default: DEFAULT_DIRECTORY,
      description: 'Where the files go',
    },
    'ca-dir': {
      type: 'string',
      valueHint: 'DIR',
      description: 'Where the authority is, or is made (default: the same as --dir)',
    },
    name: {
      type: 'string',
      valueHint: 'NAME',
      repeatable: true,
      description:
        'A host name or address of the server; may be repeated, or several with commas (default: localhost, its addresses and the name of this machine)',
    },
    client: { type: 'string', valueHint: 'NAME', description: 'Make a client certificate with this name' },
    days: {
      type: 'string',
      valueHint: 'N',
      description: `How long it is valid (default: ${SERVER_DAYS_MAX}, which is the most for a server; for a client at most ${CLIENT_DAYS_MAX})`,
    },
    force: { type: 'boolean', description: 'Replace the certificate and its key if they exist' },
    json: JSON_FLAG,
  },
  async run({ args, rawArgs }): Promise<void> {
    const kind = args.client === undefined ? 'server' : 'client';
    const given = listOccurrences(rawArgs).flatMap(([flag, value]) =>
      flag === 'name' ? [String(value)] : [],
    );
    if (kind === 'client' && given.length > 0) {
      throw new UsageError('--name is for a server and --client for a client; give one of them');
    }
    const order: CertificateOrder = {
      kind,
      names: args.client === undefined ? parseNames(given) : [parseClientName(args.client)],
      days: parseDays(args.days, kind),
      directory: resolve(args.dir),
      authorityDirectory: resolve(args['ca-dir'] ?? args.dir),
      isForced: args.force === true,
    };
    const report = await generateCertificate(order);
    if (args.json) printJson(toJson(order, report));
    else process.stdout.write(describeReport(order, report));
  },
});

/** Makes what was ordered, or nothing. Throws `CannotCreateError` where there is something already. */
export async function generateCertificate(order: CertificateOrder): Promise<CertificateReport> {
  const { kind, names, days, directory, authorityDirectory, isForced } = order;
  const files = certificateFiles(directory, kind === 'server' ? 'server' : (names[0] as string));
  const present = Object.values(files).find((file) => existsSync(file));
  if (present !== undefined && !isForced) throw refuse(present);
  try {
    await createKeyDirectory(directory);
    await createKeyDirectory(authorityDirectory);
    const authority = await openAuthority(authorityDirectory);
    const { files: authorityFiles, isNew } = authority;
    assertAlive(authority.certificate, authorityFiles.certFile);
    const key = await createKey();
    const certificate = await issueCertificate(assertCanSign(authority), { kind, names, days, key });
    if (isForced) {
      await replaceFile(files.keyFile, key, KEY_MODE);
      await replaceFile(files.certFile, certificate, CERTIFICATE_MODE);
    } else {
      if (!(await createFile(files.keyFile, key, KEY_MODE))) throw refuse(files.keyFile);
      if (!(await createFile(files.certFile, certificate, CERTIFICATE_MODE))) throw refuse(files.certFile);
    }
    const facts = inspectCertificate(certificate);
    return { ...files, authorityFile: authorityFiles.certFile, isAuthorityNew: isNew, facts };
  } catch (error) {
    if (!(error instanceof CertificateError) || error.code !== 'ERR_TLS_FILE') throw error;
    const { code } = error.cause as NodeJS.ErrnoException;
    // Denied has an exit code of its own.
    if (code === 'EACCES' || code === 'EPERM') throw error;
    throw new CannotCreateError(error.message, { cause: error.cause });
  }
}

function assertAlive(certificate: string, file: string): void {
  const { validUntil } = inspectCertificate(certificate);
  if (Date.parse(validUntil) > Date.now()) return;
  throw new CertificateError(
    'ERR_TLS_EXPIRED',
    file,
    `the authority ${file} expired at ${validUntil}; move it away to have a new one made, which clients then have to trust`,
  );
}

function refuse(file: string): CannotCreateError {
  return new CannotCreateError(
    `${near(file)} exists already and was left as it is; --force replaces the certificate and its key, "--dir DIR" writes elsewhere`,
  );
}

function toJson(
  { kind }: CertificateOrder,
  { certFile, keyFile, authorityFile, isAuthorityNew, facts }: CertificateReport,
) {
  return {
    kind,
    certFile,
    keyFile,
    authorityFile,
    isAuthorityNew,
    names: facts.names,
    validUntil: facts.validUntil,
    fingerprint: facts.fingerprint,
  };
}

function describeReport(
  { kind }: CertificateOrder,
  { certFile, keyFile, authorityFile, isAuthorityNew, facts }: CertificateReport,
): string {
  const use =
    kind === 'server'
      ? [
          'In the configuration of the server, tls.cert_file and tls.key_file:',
          '  [tls]',
          `  cert_file = ${JSON.stringify(certFile)}`,
          `  key_file = ${JSON.stringify(keyFile)}`,
          '',
          'Clients trust the authority:',
          `  server send --tls-ca ${near(authorityFile)} "hello"`,
        ]
      : ['Give the client these files. A server of this version does not ask for client certificates yet.'];
  return [
    `certificate  ${near(certFile)}  (${facts.names.join(', ')}; until ${facts.validUntil.slice(0, 10)})`,
    `private key  ${near(keyFile)}`,
    `authority    ${near(authorityFile)}${isAuthorityNew ? '  (new; keep its key, ca.key, to yourself)' : ''}`,
    '',
    ...use,
    '',
  ].join('\n');
}

function parseDays(text: string | undefined, kind: 'server' | 'client'): number {
  const max = kind === 'server' ? SERVER_DAYS_MAX : CLIENT_DAYS_MAX;
  const days = text === undefined ? SERVER_DAYS_MAX : /^\d+$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= max) return days;
  throw new UsageError(`--days takes a whole number from 1 to ${max} for a ${kind}; it got "${text}"`);
}

function parseNames(given: readonly string[]): string[] {
  const names = given.flatMap((text) => text.split(',')).map((name) => name.trim());
  if (names.length === 0) {
    return [...new Set(['localhost', normalizeName(hostname()) ?? 'localhost', '127.0.0.1', '::1'])];
  }
  const parsed = names.map((name) => {
    const normal = normalizeName(name);
    if (normal === undefined) throw new UsageError(`--name: "${name}" is not a host name or an address`);
    return normal;
  });
  return [...new Set(parsed)];
}

function parseClientName(name: string): string {
  if (TAKEN_NAMES.includes(name.toLowerCase())) {
    throw new UsageError(`--client cannot be "${name}"; files of that name are not a client's`);
  }
  if (CLIENT_NAME.test(name)) return name;
  throw new UsageError(
    `--client: "${name}" is not a host name or a simple name (up to 64 letters, digits, ".", "_", "@", "-")`,
  );
}

/** From the current folder where that is shorter. */
function near(file: string): string {
  const path = relative(process.cwd(), file);
  return path.length < file.length ? path : file;
}
