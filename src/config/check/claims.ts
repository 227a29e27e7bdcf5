import { isIPv6 } from 'node:net';
import type { KeyPath } from '../key-path.ts';
import type { Config } from '../types.generated.ts';

/** An address and port that the configuration asks for, as it was written. */
export interface Claim {
  /** As people call it: `the universal port`, `the listener "logs"`. */
  readonly title: string;
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  readonly addressPath: KeyPath;
  readonly portPath: KeyPath;
  readonly tlsPath: KeyPath;
}

export function listClaims({ network, tls, listeners }: Config): Claim[] {
  return [
    {
      title: 'the universal port',
      address: network.bind_address,
      port: network.port,
      tls: tls.enabled,
      addressPath: ['network', 'bind_address'],
      portPath: ['network', 'port'],
      tlsPath: ['tls', 'enabled'],
    },
    ...listeners.map((listener, index) => ({
      title: `the listener "${listener.name}"`,
      address: listener.bind_address,
      port: listener.port,
      tls: listener.tls,
      addressPath: ['listeners', index, 'bind_address'],
      portPath: ['listeners', index, 'port'],
      tlsPath: ['listeners', index, 'tls'],
    })),
  ];
}

/** `::ffff:127.0.0.1`, `0:0:0:0:0:0:0:1` and `::1` in one form each. */
export function normalizeAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const [bare = address, zone] = address.split('%');
  const url = new URL(`http://[${bare}]`);
  return url.hostname.slice(1, -1) + (zone ? `%${zone}` : '');
}

export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || normalizeAddress(address) === '::';
}

export function isLoopback(address: string): boolean {
  return address === 'localhost' || /^127\./.test(address) || normalizeAddress(address) === '::1';
}
