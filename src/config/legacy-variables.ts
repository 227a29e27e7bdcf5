import { join } from 'node:path';

/** What a variable of another program's convention says in terms of our keys. */
export interface LegacyVariable {
  readonly variable: string;
  readonly keys: readonly string[];
  readonly description: string;
  /** Texts by key; undefined where the value means nothing here. */
  readonly read: (value: string) => Readonly<Record<string, string>> | undefined;
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'];

/** A later one wins over an earlier one, a SERVER__ variable over all of them. */
export const LEGACY_VARIABLES: readonly LegacyVariable[] = [
  legacy('DATABASE_URL', 'storage.database_url', 'The address of the event database.'),
  {
    variable: 'BIND_ADDR',
    keys: ['network.bind_address', 'network.port'],
    description: 'Address and port of the universal port, as host:port.',
    read: readAddress,
  },
  {
    variable: 'RUST_LOG',
    keys: ['logging.level'],
    description: 'The level, or a list of target=level of which the most verbose counts.',
    read: readDirectives,
  },
  {
    variable: 'LOG_LEVEL',
    keys: ['logging.level'],
    description: 'The level, in any case.',
    read: (value) => readLevel(value, 'logging.level'),
  },
  {
    variable: 'TORC_LOG_DIR',
    keys: ['logging.file'],
    description: 'The folder of the log file, which is called server.log.',
    read: (value) => ({ 'logging.file': join(value, 'server.log') }),
  },
  legacy('BASE_URL', 'http.base_url', 'The public address.'),
  legacy('OORE_ADMIN_TOKEN', 'auth.admin_token', 'The token of the administrator.'),
  legacy('DASHBOARD_ORIGIN', 'http.dashboard_origin', 'The origin of a dashboard that is served elsewhere.'),
];

function legacy(variable: string, key: string, description: string): LegacyVariable {
  return { variable, keys: [key], description, read: (value) => ({ [key]: value }) };
}

function readAddress(value: string): Record<string, string> | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(value.trim());
  if (!match) return undefined;
  return { 'network.bind_address': (match[1] ?? match[2])!, 'network.port': match[3]! };
}

function readLevel(value: string, key: string): Record<string, string> | undefined {
  const level = value
    .trim()
    .toLowerCase()
    .replace(/^warning$/, 'warn');
  return LEVELS.includes(level) ? { [key]: level } : undefined;
}

/** `info`, `server=info,net=debug`, `warn,server::tls=trace`. */
function readDirectives(value: string): Record<string, string> | undefined {
  const levels = value.split(',').map((directive) => directive.split('=').at(-1)!.trim().toLowerCase());
  const level = LEVELS.find((candidate) => levels.includes(candidate));
  return level ? { 'logging.level': level } : undefined;
}
