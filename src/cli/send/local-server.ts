import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../config/config-error.ts';
import { MAIN_LISTENER } from '../../config/listeners.ts';
import { type LoadOptions, loadConfig } from '../../config/load.ts';
import { type Paths, resolvePaths } from '../../config/paths.ts';
import type { Config } from '../../config/types.generated.ts';
import { callControl } from '../../supervisor/control-client.ts';
import type { ListenerStatus } from '../../supervisor/status.ts';
import { findControlSocket } from '../find-control-socket.ts';
import { loadPlace } from '../locate-server.ts';
import { DEFAULT_HOST, DEFAULT_PORT, type Target } from './target.ts';

/** Where the server of a configuration is to be reached from this machine. */
export interface LocalServer {
  readonly target: Target;
  readonly isTls: boolean;
  /** The authority that it made itself, where there is one. */
  readonly caFile: string | undefined;
}

const ANSWER_TIMEOUT_MS = 2000;

const WILDCARDS: Readonly<Record<string, string>> = {
  '0.0.0.0': '127.0.0.1',
  '::': '::1',
  localhost: '127.0.0.1',
};

/**
 * What runs tells it best, since ports may be chosen by the kernel or given on its command line; `isAsked` lets it be
 * asked. Else it is what a server started here would take. A configuration with mistakes counts only where it was
 * named; else the defaults hold.
 */
export async function findLocalServer(
  options: LoadOptions,
  { isAsked }: { isAsked: boolean },
): Promise<LocalServer> {
  const config = await load(options);
  const running = isAsked ? await askRunning(options, config) : undefined;
  if (config === undefined) {
    const { address = DEFAULT_HOST, port = DEFAULT_PORT, tls = true } = running?.main ?? {};
    return { target: toTarget(address, port), isTls: tls, caFile: findAuthority(running?.paths) };
  }
  const { network, tls } = config;
  const { main = { address: network.bind_address, port: network.port, tls: tls.enabled } } = running ?? {};
  return {
    target: toTarget(main.address, main.port),
    isTls: main.tls,
    caFile: tls.cert_file === '' ? findAuthority(running?.paths ?? resolvePaths(config)) : undefined,
  };
}

function toTarget(address: string, port: number): Target {
  return { host: WILDCARDS[address] ?? address, port: port || DEFAULT_PORT };
}

/** The universal port of the server that runs, and its paths; undefined where none answers. */
async function askRunning(
  options: LoadOptions,
  config: Config | undefined,
): Promise<{ main: ListenerStatus; paths: Paths } | undefined> {
  try {
    const known = config ?? (await loadPlace(options, { isQuiet: true })).config;
    const paths = await findControlSocket(resolvePaths(known));
    const { listeners, data_dir } = await callControl(paths, 'status', {}, { timeoutMs: ANSWER_TIMEOUT_MS });
    const main = listeners.find(({ name }) => name === MAIN_LISTENER);
    const storage = { ...known.storage, data_dir };
    return main && { main, paths: resolvePaths({ ...known, storage }) };
  } catch {
    // The configuration tells where it would be.
    return undefined;
  }
}

function findAuthority(paths: Paths | undefined): string | undefined {
  const file = paths && join(paths.certificateDirectory, 'ca.crt');
  return file !== undefined && existsSync(file) ? file : undefined;
}

async function load(options: LoadOptions): Promise<Config | undefined> {
  try {
    return (await loadConfig(options)).config;
  } catch (error) {
    if (error instanceof ConfigError && options.file === undefined) return undefined;
    throw error;
  }
}
