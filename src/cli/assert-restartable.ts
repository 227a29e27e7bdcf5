import { ConfigError } from '../config/config-error.ts';
import type { LoadedConfig } from '../config/load.ts';
import { type Paths, resolvePaths } from '../config/paths.ts';
import { placeFindings } from '../config/places.ts';
import { callControl } from '../supervisor/control-client.ts';
import type { Status } from '../supervisor/status.ts';
import { checkFoldersAs, chooseUser } from './check-as-user.ts';

/** Where these change, the data is not where the server has it now. */
const PLACE_KEYS = ['storage.data_dir', 'daemon.working_dir'];

/**
 * A server that would not come back is not to be ended: for a file with mistakes, for what cannot be had, or for a
 * `daemon.user` that cannot write the data. Throws the `ControlError` or `ConfigError` that tells it.
 */
export async function assertRestartable(paths: Paths, server: Status, loaded: LoadedConfig): Promise<void> {
  const changedKeys = await planReload(paths, server);
  const { user } = loaded.config.daemon;
  // The server may have got its configuration from flags and an environment that are not known here.
  const isItsFile = (loaded.file ?? null) === server.config_file;
  const isItsData =
    resolvePaths(loaded.config).dataDirectory === server.data_dir ||
    PLACE_KEYS.some((key) => changedKeys.includes(key));
  if (user === '' || process.getuid?.() !== 0 || !isItsFile || !isItsData) return;
  const identity = chooseUser(user, loaded.config);
  const findings = identity === undefined ? [] : checkFoldersAs(identity, loaded.config);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  throw new ConfigError(await placeFindings(errors, loaded.originOf, loaded.file, loaded.source));
}

/** The keys that would change, those that wait for a restart among them. */
async function planReload(paths: Paths, server: Status): Promise<readonly string[]> {
  const { pending_restart } = server.config;
  try {
    const { changes } = await callControl(paths, 'reload', { dry_run: true });
    return [...pending_restart, ...changes.map(({ key }) => key)];
  } catch (error) {
    const { code } = error as { code?: string };
    const isRefused = code === 'ERR_RELOAD_FAILED' && server.state === 'running';
    if (code === 'ERR_CONFIG_INVALID' || isRefused) throw error;
    return pending_restart;
  }
}
