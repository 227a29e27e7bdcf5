import type { X509Certificate } from 'node:crypto';
import { isIP, isIPv6 } from 'node:net';

const LABEL = /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/;
const DNS_NAME_LENGTH_MAX = 253;

/**
 * A host name or address in the form that certificates have, or undefined for one that no certificate can
 * have. `*.example.com` is a host name here.
 */
export function normalizeName(name: string): string | undefined {
  const address = name.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  if (isIPv6(address)) return new URL(`http://[${address}]`).hostname.slice(1, -1);
  if (isIP(address)) return address;
  const host = name.toLowerCase().replace(/\.$/, '');
  const labels = host.split('.');
  if (labels.length > 2 && labels[0] === '*') labels.shift();
  const isAddressLike = /^\d+$/.test(labels.at(-1) as string);
  return host.length <= DNS_NAME_LENGTH_MAX && !isAddressLike && labels.every((label) => LABEL.test(label))
    ? host
    : undefined;
}

/** Whether a client that asks for the name accepts the certificate. */
export function coversName(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined;
}
