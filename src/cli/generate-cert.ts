import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { defineCommand } from 'citty';
import {
  certificateFiles,
  createKeyDirectory,
  readCertificateFiles,
  writeCertificateFiles,
} from '../tls/certificate-files.ts';
import { CERTIFICATE_DAYS_MAX, createAuthority, issueCertificate } from '../tls/issue.ts';
import { COMMON_FLAGS, JSON_FLAG } from './flags.ts';
import { CannotCreateError } from './generate-config.ts';
import { printJson } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const DEFAULT_DIRECTORY = 'certs';

export const generateCertCommand = defineCommand({
  meta: {
    description:
      'Makes a certificate for a server, or with --client for a client, signed by the authority in the same directory (ca.crt, ca.key), which is made first where there is none.',
  },
  args: {
    ...COMMON_FLAGS,
    dir: {
      type: 'string',
      valueHint: 'DIR',
      default: DEFAULT_DIRECTORY,
      description: 'Where the files are and go',
    },
    name: {
      type: 'string',
      valueHint: 'NAMES',
      description:
        'Host names and addresses of the server, separated by commas (default: localhost, its addresses and the name of this machine)',
    },
    client: { type: 'string', valueHint: 'NAME', description: 'Make a client certificate with this name' },
    days: {
      type: 'string',
      valueHint: 'DAYS',
      default: String(CERTIFICATE_DAYS_MAX),
      description: `How long it is valid, at most ${CERTIFICATE_DAYS_MAX}`,
    },
    force: { type: 'boolean', description: 'Replace the certificate if it exists; never the authority' },
    json: JSON_FLAG,
  },
  async run({ args }): Promise<void> {
    const directory = resolve(args.dir);
    const days = parseDays(args.days);
    const kind = args.client === undefined ? 'server' : 'client';
    const names = kind === 'client' ? [parseName(args.client as string)] : parseNames(args.name);
    const files = certificateFiles(directory, kind === 'client' ? (names[0] as string) : 'server');
    await createKeyDirectory(directory);
    if (!args.force && (await readCertificateFiles(files)) !== undefined) {
      throw new CannotCreateError(
        `${files.certFile} exists already and was left as it is; --force replaces it`,
      );
    }
    const authorityFiles = certificateFiles(directory, 'ca');
    let authority = await readCertificateFiles(authorityFiles);
    if (authority === undefined) {
      authority = await createAuthority(`Millrace authority of ${hostname()}`);
      await writeCertificateFiles(authorityFiles, authority);
    }
    await writeCertificateFiles(files, await issueCertificate(authority, { kind, names, days }));
    if (args.json) {
      printJson({ kind, names, days, ...files, authorityFile: authorityFiles.certFile });
      return;
    }
    process.stdout.write(
      [
        `certificate  ${files.certFile}  (${names.join(', ')}; ${days} days)`,
        `private key  ${files.keyFile}`,
        `authority    ${authorityFiles.certFile}`,
        '',
        kind === 'server'
          ? 'Set tls.cert_file and tls.key_file to the first two; clients trust the third: server send --tls-ca FILE "hello"'
          : 'Give the client these files. A server of this version does not ask for client certificates yet.',
        '',
      ].join('\n'),
    );
  },
});

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= CERTIFICATE_DAYS_MAX) return days;
  throw new UsageError(`--days takes a whole number from 1 to ${CERTIFICATE_DAYS_MAX}, not "${text}"`);
}

function parseNames(text: string | undefined): string[] {
  if (text === undefined) return ['localhost', hostname(), '127.0.0.1', '::1'];
  return text.split(',').map((name) => parseName(name.trim()));
}

/** A name becomes part of a file's name and of a certificate. */
function parseName(name: string): string {
  if (/^[A-Za-z0-9*:][A-Za-z0-9._:*-]{0,252}$/.test(name)) return name;
  throw new UsageError(`"${name}" is not a host name, an address or a simple name`);
}
