import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../config/config-error.ts';
import { type LoadedConfig, loadConfig } from '../../config/load.ts';
import { resolvePaths } from '../../config/paths.ts';
import { DEFAULT_HOST, DEFAULT_PORT, type Target } from './target.ts';

/** Where the server of a configuration is to be reached from this machine. */
export interface LocalServer {
  readonly target: Target;
  readonly isTls: boolean;
  /** The authority that it made itself, where there is one. */
  readonly caFile: string | undefined;
}

const WILDCARDS: Readonly<Record<string, string>> = {
  '0.0.0.0': '127.0.0.1',
  '::': '::1',
  localhost: '127.0.0.1',
};

/**
 * From the configuration that a server started here would take. One with mistakes counts only where it was
 * named; else the defaults hold.
 */
export async function findLocalServer(configFile: string | undefined): Promise<LocalServer> {
  const config = await load(configFile);
  if (config === undefined) {
    return { target: { host: DEFAULT_HOST, port: DEFAULT_PORT }, isTls: true, caFile: undefined };
  }
  const { network, tls } = config;
  const authority = join(resolvePaths(config).certificateDirectory, 'ca.crt');
  return {
    target: {
      host: WILDCARDS[network.bind_address] ?? network.bind_address,
      port: network.port || DEFAULT_PORT,
    },
    isTls: tls.enabled,
    caFile: tls.cert_file === '' && existsSync(authority) ? authority : undefined,
  };
}

async function load(file: string | undefined): Promise<LoadedConfig['config'] | undefined> {
  try {
    return (await loadConfig(file === undefined ? {} : { file })).config;
  } catch (error) {
    if (error instanceof ConfigError && file === undefined) return undefined;
    throw error;
  }
}
