import { isIPv6 } from 'node:net';
import { formatKey } from '../key-path.ts';
import { MAIN_LISTENER } from '../listeners.ts';
import type { Finding } from '../problem.ts';
import type { Config } from '../types.generated.ts';
import { type Claim, isWildcard, listClaims, normalizeAddress } from './claims.ts';

/** Names and ports that are claimed twice. */
export function checkListeners(config: Config): Finding[] {
  return [...checkNames(config), ...checkPorts(config)];
}

function checkNames({ listeners }: Config): Finding[] {
  return listeners.flatMap(({ name }, index): Finding[] => {
    const earlier = listeners.findIndex((other) => other.name === name);
    if (name !== MAIN_LISTENER && earlier === index) return [];
    const owner = name === MAIN_LISTENER ? 'the universal port' : `listeners[${earlier}]`;
    return [
      {
        code: 'CFG0405',
        severity: 'error',
        path: ['listeners', index, 'name'],
        at: 'value',
        message: `"${name}" is already the name of ${owner}`,
        hint: 'give every listener a name of its own',
        found: JSON.stringify(name),
      },
    ];
  });
}

function checkPorts(config: Config): Finding[] {
  const claims = listClaims(config);
  return claims.flatMap((claim, index): Finding[] => {
    const earlier = claims.slice(0, index).find((other) => overlaps(claim, other));
    if (!earlier) return [];
    return [
      {
        code: 'CFG0404',
        severity: 'error',
        path: claim.portPath,
        at: 'value',
        message: `port ${claim.port} on ${claim.address} is already claimed by ${earlier.title}`,
        hint: `choose another port, or change ${formatKey(earlier.portPath)} (${earlier.address})`,
        found: String(claim.port),
      },
    ];
  });
}

/** Port 0 is another one each time. `::` takes the IPv4 addresses as well. */
function overlaps(one: Claim, other: Claim): boolean {
  if (one.port !== other.port || one.port === 0) return false;
  return expand(one.address).some((a) =>
    expand(other.address).some((b) => a === b || covers(a, b) || covers(b, a)),
  );
}

function expand(address: string): string[] {
  return address === 'localhost' ? ['127.0.0.1', '::1'] : [normalizeAddress(address)];
}

function covers(wide: string, narrow: string): boolean {
  if (!isWildcard(wide)) return false;
  return wide === '::' || !isIPv6(narrow);
}
