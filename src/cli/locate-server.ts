import { dirname, resolve } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { findConfigFile } from '../config/find-file.ts';
import type { Flags } from '../config/flags.ts';
import { type LoadedConfig, type LoadOptions, loadConfig } from '../config/load.ts';
import { parseDocument } from '../config/parse.ts';
import { type Paths, resolvePaths } from '../config/paths.ts';
import type { Problem } from '../config/problem.ts';
import { readFileOrProblem } from '../config/read-file.ts';
import { readAt, type Tree } from '../config/tree.ts';
import type { Config } from '../config/types.generated.ts';
import { findControlSocket } from './find-control-socket.ts';

/** The keys that say where a running server is found. */
const PLACE_KEYS = ['storage.data_dir', 'daemon.pid_file', 'daemon.working_dir'] as const;
const PLACE_VARIABLES = /^SERVER__(STORAGE__DATA_DIR|DAEMON__PID_FILE|DAEMON__WORKING_DIR)$/;
const EMPTY_FILE = '/dev/null';

/** Where to ask a running server. */
export interface LocatedServer {
  readonly config: Config;
  readonly paths: Paths;
}

/** By the configuration, and by the PID file where the server still answers at an earlier place. As `loadPlace`. */
export async function locateServer(options: LoadOptions, { isQuiet = false } = {}): Promise<LocatedServer> {
  const { config } = await loadPlace(options, { isQuiet });
  return { config, paths: await findControlSocket(resolvePaths(config)) };
}

/**
 * The configuration as far as it says where the server is. A file with mistakes, or one that is not there, must not
 * keep anybody from stopping the server that runs: then only these keys are taken from it. Throws `ConfigError` where
 * there is no file to take them from. `isQuiet` is for those whom the server itself tells of the mistakes.
 */
export async function loadPlace(options: LoadOptions, { isQuiet = false } = {}): Promise<LoadedConfig> {
  try {
    return await loadConfig(options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const file = findConfigFile(options.file, process.env, process.cwd());
    const bytes = file === undefined ? undefined : readFileOrProblem(file, 'CFG0108');
    const places = readPlaces(options.flags ?? {}, file, Buffer.isBuffer(bytes) ? bytes : undefined);
    if (places === undefined) throw error;
    if (!isQuiet) process.stderr.write(`server: ${explainPlaces(bytes)}\n`);
    const env = Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => PLACE_VARIABLES.test(name) || !name.startsWith('SERVER_'),
      ),
    );
    return loadConfig({ ...options, file: EMPTY_FILE, env, flags: places });
  }
}

function explainPlaces(bytes: Buffer | Problem | undefined): string {
  return bytes === undefined || Buffer.isBuffer(bytes)
    ? 'the configuration has mistakes ("server validate-config" tells them); taking only the place of the data from it'
    : `${bytes.message}; looking for the server where one with the defaults keeps its data in that folder`;
}

/** What the file and the flags say about the places; undefined where there is nothing to say it. */
function readPlaces(
  flags: Flags,
  file: string | undefined,
  bytes: Buffer | undefined,
): Record<string, string> | undefined {
  const tree = bytes && readLeniently(bytes, file as string);
  const given = (key: string) => {
    const value =
      flags[key] ?? (PLACE_VARIABLES.test(variableOf(key)) ? process.env[variableOf(key)] : undefined);
    return value ?? (tree && readAt(tree, key.split('.')));
  };
  if (file === undefined && given('storage.data_dir') === undefined) return undefined;
  const folder = file === undefined ? process.cwd() : dirname(file);
  const workingFolder = given('daemon.working_dir');
  const base = typeof workingFolder === 'string' ? resolve(folder, workingFolder) : folder;
  const defaults: Record<string, string> = {
    'storage.data_dir': './data',
    'daemon.pid_file': './server.pid',
  };
  return Object.fromEntries(
    PLACE_KEYS.flatMap((key) => {
      const value = given(key) ?? defaults[key];
      if (typeof value !== 'string' || value === '') return [];
      return [[key, resolve(flags[key] === undefined ? base : process.cwd(), value)]];
    }),
  );
}

/** Every section that is TOML by itself, where the file as a whole is not. */
function readLeniently(bytes: Buffer, file: string): Tree {
  const { tree } = parseDocument(bytes, file);
  if (tree !== undefined) return tree;
  const sections = bytes.toString('utf8').split(/^(?=\[)/m);
  return Object.assign({}, ...sections.map((text) => parseDocument(Buffer.from(text), file).tree ?? {}));
}

function variableOf(key: string): string {
  return `SERVER__${key.replace('.', '__').toUpperCase()}`;
}
