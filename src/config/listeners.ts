import type { Config } from './types.generated.ts';

/** One address that clients connect to. */
export interface Listener {
  /** `main` for the universal port, else the name in `[[listeners]]`; `main[1]` for a second address. */
  readonly name: string;
  /** A numeric IP address. */
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  /** Names of the protocols that it carries; empty for all. */
  readonly protocols: readonly string[];
}

/** The universal port's name. */
export const MAIN_LISTENER = 'main';

/** Every address that this configuration claims, the universal port first. */
export function resolveListeners(config: Config): Listener[] {
  const { network, tls, listeners } = config;
  const all = [
    ...expand(MAIN_LISTENER, network.bind_address, network.port, tls.enabled, [], network.ipv6_enabled),
  ];
  for (const listener of listeners) {
    const address = listener.bind_address || '127.0.0.1';
    all.push(
      ...expand(
        listener.name,
        address,
        listener.port,
        listener.tls,
        listener.protocols,
        network.ipv6_enabled,
      ),
    );
  }
  return all;
}

/** `localhost` is a name for two addresses; everything else stands for itself. */
function expand(
  name: string,
  bindAddress: string,
  port: number,
  tls: boolean,
  protocols: readonly string[],
  ipv6Enabled: boolean,
): Listener[] {
  const addresses =
    bindAddress !== 'localhost' ? [bindAddress] : ipv6Enabled ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
  return addresses.map((address, index) => ({
    name: index === 0 ? name : `${name}[${index}]`,
    address,
    port,
    tls,
    protocols,
  }));
}

/** `127.0.0.1:8443`, `[::1]:8443`. */
export function formatAddress(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
