import { isIP, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { formatKey } from '../key-path.ts';
import type { Finding } from '../problem.ts';
import type { Config } from '../types.generated.ts';
import { type Claim, isLoopback, isWildcard, listClaims, normalizeAddress } from './claims.ts';

/** Whether addresses are addresses, of this machine, allowed, and safe without TLS. */
export function checkAddresses(config: Config, { offline = false }: { offline?: boolean }): Finding[] {
  return listClaims(config).flatMap((claim) => {
    const wrong = checkAddress(config, claim, offline);
    if (wrong) return [wrong];
    return claim.tls || isLoopback(claim.address) ? [] : [describeOpenPort(claim)];
  });
}

function checkAddress(
  config: Config,
  { address, addressPath }: Claim,
  offline: boolean,
): Finding | undefined {
  const base = { severity: 'error', path: addressPath, at: 'value', found: JSON.stringify(address) } as const;
  if (address === 'localhost') return undefined;
  if (isIP(address) === 0) {
    return {
      ...base,
      code: 'CFG0401',
      message: `"${address}" is not an IP address`,
      hint: 'use "127.0.0.1" for this machine only, "0.0.0.0" for every IPv4 network',
    };
  }
  if (isIPv6(address) && !config.network.ipv6_enabled) {
    return {
      ...base,
      code: 'CFG0403',
      message: `"${address}" is an IPv6 address, but network.ipv6_enabled is false`,
      hint: 'set network.ipv6_enabled = true, or use an IPv4 address',
    };
  }
  if (offline || isWildcard(address) || isLoopback(address)) return undefined;
  const own = ownAddresses();
  if (own.has(normalizeAddress(address).split('%')[0]!)) return undefined;
  return {
    ...base,
    code: 'CFG0402',
    message: `"${address}" is not an address of this machine`,
    hint: `the addresses here are ${[...own].join(', ')}; "0.0.0.0" means all of IPv4`,
  };
}

function describeOpenPort({ title, address, addressPath, tlsPath }: Claim): Finding {
  return {
    code: 'CFG0406',
    severity: 'warning',
    path: addressPath,
    at: 'value',
    message: `${title} can be reached from other machines (${address}) without TLS`,
    hint: `set ${formatKey(tlsPath)} = true, or listen on "127.0.0.1"`,
  };
}

function ownAddresses(): Set<string> {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return new Set(all.map(({ address }) => normalizeAddress(address).split('%')[0]!));
}
