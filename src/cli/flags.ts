import type { ArgDef } from 'citty';

/** A flag or positional argument, with what citty does not know of. */
export type Flag = ArgDef & {
  /** May be given more than once. citty keeps the last; `listOccurrences` has all. */
  readonly repeatable?: boolean;
  /** The key of the configuration that it sets. */
  readonly key?: string;
  /** The value may be left out, and is given behind `=` only; without one it is empty. */
  readonly isValueOptional?: boolean;
  /** Not available in this version. */
  readonly isPlanned?: boolean;
};

export type FlagTable = Readonly<Record<string, Flag>>;

/** Known to every verb, before and after it. */
export const COMMON_FLAGS = {
  config: {
    type: 'string',
    alias: 'c',
    valueHint: 'FILE',
    description: 'The configuration file (default: ./config.toml and further places)',
  },
  help: { type: 'boolean', alias: 'h', description: 'Show this help' },
  version: { type: 'boolean', alias: 'V', description: 'Show the version' },
} satisfies FlagTable;

export const JSON_FLAG = { type: 'boolean', description: 'Print JSON' } satisfies Flag;

/**
 * Node 26 looks at `--env-file` behind a script as well, and ends with exit code 9 where the file is missing,
 * before anything of ours runs. `-e` and `--env_file` are ours alone.
 */
export const ENV_FILE_FLAG = {
  type: 'string',
  alias: 'e',
  valueHint: 'FILE',
  description: 'Read environment variables from this file',
} satisfies Flag;

/** Where a running server is found. */
export const PLACE_FLAGS = {
  'data-dir': {
    type: 'string',
    valueHint: 'DIR',
    key: 'storage.data_dir',
    description: 'Where the data is kept',
  },
  'pid-file': {
    type: 'string',
    valueHint: 'FILE',
    key: 'daemon.pid_file',
    description: 'The file with the process number',
  },
  'env-file': ENV_FILE_FLAG,
} satisfies FlagTable;

/** What overrides the configuration. Underscores are accepted for the hyphens. */
export const OVERRIDE_FLAGS = {
  'log-level': {
    type: 'string',
    alias: 'l',
    valueHint: 'LEVEL',
    key: 'logging.level',
    description: "The daemon's own log: trace, debug, info, warn or error",
  },
  bind: {
    type: 'string',
    alias: 'b',
    valueHint: 'ADDRESS',
    key: 'network.bind_address',
    description: 'The address of the universal port',
  },
  host: {
    type: 'string',
    valueHint: 'ADDRESS',
    key: 'network.bind_address',
    description: 'The same as --bind',
  },
  port: {
    type: 'string',
    alias: 'p',
    valueHint: 'PORT',
    key: 'network.port',
    description: 'The universal port',
  },
  name: { type: 'string', valueHint: 'NAME', key: 'logs.name', description: 'The name of this log server' },
  'log-dir': {
    type: 'string',
    valueHint: 'DIR',
    key: 'logging.file',
    description: "Write the daemon's own log to DIR/server.log as well",
  },
  'log-format': {
    type: 'string',
    valueHint: 'FORMAT',
    key: 'logging.format',
    description: 'The log on the console: json, pretty or compact',
  },
  'json-logs': { type: 'boolean', description: 'JSON in the log file; it always is' },
  ...PLACE_FLAGS,
  workers: {
    type: 'string',
    valueHint: 'N',
    key: 'daemon.workers',
    description: 'The number of processes that serve clients',
  },
  threads: { type: 'string', valueHint: 'N', key: 'daemon.workers', description: 'The same as --workers' },
  database: {
    type: 'string',
    valueHint: 'URL',
    key: 'storage.database_url',
    description: 'The database of device events (not available in this version)',
  },
  'auth-file': {
    type: 'string',
    valueHint: 'FILE',
    key: 'auth.auth_file',
    description: 'The users that may log in (not available in this version)',
  },
  'require-auth': {
    type: 'boolean',
    key: 'auth.require_auth',
    description: 'Refuse clients without authentication (not available in this version)',
  },
  'grpc-port': {
    type: 'string',
    valueHint: 'PORT',
    isPlanned: true,
    description: 'A port for gRPC (not available in this version)',
  },
  'tcp-only': { type: 'boolean', description: 'No gRPC, as always in this version' },
  set: {
    type: 'string',
    valueHint: 'KEY=VALUE',
    repeatable: true,
    description: 'Set any key of the configuration, such as logs.sync=interval; may be repeated',
  },
} satisfies FlagTable;
