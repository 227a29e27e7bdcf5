import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Config } from './types.generated.ts';

/** Where the daemon keeps its files. All absolute. */
export interface Paths {
  readonly dataDirectory: string;
  /** The files of the collected log messages. */
  readonly logDirectory: string;
  /** What the store has confirmed: which batch became which sequence numbers. */
  readonly ledgerFile: string;
  /** The embedded database of device events. */
  readonly eventFile: string;
  readonly certificateDirectory: string;
  /** The configurations that were applied, for a way back. */
  readonly revisionDirectory: string;
  readonly pidFile: string;
  /** Sockets that live as long as the daemon. Mode 0700. */
  readonly runtimeDirectory: string;
  readonly controlSocket: string;
  /** The channel between workers and store. */
  readonly linkSocket: string;
}

/** A Unix socket's path holds at most 107 bytes; the longest name below is `control.sock`. */
const RUNTIME_DIRECTORY_BYTES_MAX = 107 - '/control.sock'.length;

/**
 * Where everything is, from the configuration and the environment alone, so that the command line finds a
 * running daemon without asking it.
 */
export function resolvePaths(config: Config, env: NodeJS.ProcessEnv = process.env): Paths {
  const dataDirectory = config.storage.data_dir;
  // Its folder is open to the one who started the server only, who then is not the one that it runs as.
  const ownFolder = config.daemon.user === '' ? env.XDG_RUNTIME_DIR : undefined;
  const runtimeDirectory = resolveRuntimeDirectory(dataDirectory, env.RUNTIME_DIRECTORY, ownFolder);
  return {
    dataDirectory,
    logDirectory: config.logs.directory || join(dataDirectory, 'logs'),
    ledgerFile: join(dataDirectory, 'logs.ledger'),
    eventFile: join(dataDirectory, 'events.db'),
    certificateDirectory: join(dataDirectory, 'certs'),
    revisionDirectory: join(dataDirectory, 'revisions'),
    pidFile: config.daemon.pid_file,
    runtimeDirectory,
    controlSocket: join(runtimeDirectory, 'control.sock'),
    linkSocket: join(runtimeDirectory, 'link.sock'),
  };
}

/**
 * `RUNTIME_DIRECTORY` (systemd), else a folder in `XDG_RUNTIME_DIR`, else one in the data directory. One
 * per data directory, since several instances of a user share `XDG_RUNTIME_DIR`.
 */
function resolveRuntimeDirectory(
  dataDirectory: string,
  ofService: string | undefined,
  ofUser: string | undefined,
): string {
  const instance = `millrace-${createHash('sha256').update(dataDirectory).digest('hex').slice(0, 12)}`;
  const candidates = [
    ofService?.split(':')[0],
    ofUser && join(ofUser, instance),
    join(dataDirectory, 'run'),
    join(tmpdir(), `${instance}-${userInfo().uid}`),
  ];
  const fitting = candidates.find((path) => path && Buffer.byteLength(path) <= RUNTIME_DIRECTORY_BYTES_MAX);
  return fitting ?? join(dirname(dataDirectory), 'run');
}
