import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Finding } from '../problem.ts';
import type { ProblemCode } from '../problem-codes.ts';
import { readFileOrProblem } from '../read-file.ts';
import type { Config } from '../types.generated.ts';
import { listClaims } from './claims.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const WARNING_DAYS = 14;

type FileKey = 'cert_file' | 'key_file';

/** Whether every port that speaks TLS has a certificate, and whether it can be used. */
export function checkCertificates(config: Config, { offline = false }: { offline?: boolean }): Finding[] {
  const { cert_file: certFile, key_file: keyFile, auto_generate: isGenerated } = config.tls;
  if (Boolean(certFile) !== Boolean(keyFile)) return [describeHalf(certFile ? 'cert_file' : 'key_file')];
  if (certFile && keyFile) return offline ? [] : checkPair(certFile, keyFile);
  const speaking = listClaims(config).find(({ tls }) => tls);
  if (!speaking || isGenerated) return [];
  return [
    {
      code: 'CFG0411',
      severity: 'error',
      path: speaking.tlsPath,
      at: 'value',
      message: `${speaking.title} speaks TLS, but there is no certificate`,
      hint: 'set tls.cert_file and tls.key_file, or tls.auto_generate = true, or turn TLS off here',
    },
  ];
}

function describeHalf(given: FileKey): Finding {
  const missing = given === 'cert_file' ? 'key_file' : 'cert_file';
  return finding(
    'CFG0412',
    given,
    `tls.${given} is given without tls.${missing}`,
    `set tls.${missing} as well`,
  );
}

function checkPair(certFile: string, keyFile: string): Finding[] {
  const certificate = readCertificate(certFile);
  const key = readKey(keyFile);
  const findings = [certificate, key].filter((result) => 'code' in result) as Finding[];
  if (!(certificate instanceof X509Certificate)) return findings;
  findings.push(...checkDates(certificate));
  if (!('code' in key) && !certificate.checkPrivateKey(key)) {
    findings.push(
      finding(
        'CFG0415',
        'key_file',
        'the private key does not belong to the certificate in tls.cert_file',
        'give the key that the certificate was made for; the server certificate must come first in its file',
      ),
    );
  }
  return findings;
}

function checkDates(certificate: X509Certificate): Finding[] {
  const now = Date.now();
  const from = certificate.validFromDate;
  const until = certificate.validToDate;
  const renew = 'renew it; the daemon takes the new file without a restart';
  if (now < from.getTime()) {
    const message = `the certificate is not valid before ${from.toISOString()}`;
    return [
      finding('CFG0416', 'cert_file', message, 'check the clock of this machine, or use another certificate'),
    ];
  }
  if (now > until.getTime()) {
    return [finding('CFG0416', 'cert_file', `the certificate expired at ${until.toISOString()}`, renew)];
  }
  if (until.getTime() - now >= WARNING_DAYS * DAY_MS) return [];
  const message = `the certificate expires at ${until.toISOString()}`;
  return [{ ...finding('CFG0417', 'cert_file', message, renew), severity: 'warning' }];
}

function readCertificate(file: string): X509Certificate | Finding {
  const bytes = read(file, 'cert_file');
  if (!Buffer.isBuffer(bytes)) return bytes;
  try {
    return new X509Certificate(bytes);
  } catch {
    const hint = 'a certificate begins with "-----BEGIN CERTIFICATE-----"';
    return finding('CFG0414', 'cert_file', `${file} holds no certificate in PEM form`, hint);
  }
}

function readKey(file: string): KeyObject | Finding {
  const bytes = read(file, 'key_file');
  if (!Buffer.isBuffer(bytes)) return bytes;
  try {
    return createPrivateKey(bytes);
  } catch {
    // Both PEM forms of a locked key say so; the code of the error differs between versions of OpenSSL.
    return bytes.includes('ENCRYPTED')
      ? finding('CFG0414', 'key_file', `${file} is locked by a passphrase`, 'give a key without a passphrase')
      : finding(
          'CFG0414',
          'key_file',
          `${file} holds no private key in PEM form`,
          'a key begins with "-----BEGIN PRIVATE KEY-----"',
        );
  }
}

function read(file: string, key: FileKey): Buffer | Finding {
  const bytes = readFileOrProblem(file, 'CFG0413');
  return Buffer.isBuffer(bytes) ? bytes : finding('CFG0413', key, bytes.message, bytes.hint);
}

function finding(code: ProblemCode, key: FileKey, message: string, hint: string | undefined): Finding {
  return { code, severity: 'error', path: ['tls', key], at: 'value', message, hint };
}
