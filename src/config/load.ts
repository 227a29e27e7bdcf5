import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { makePathsAbsolute, resolveFolders } from './absolute-paths.ts';
import { ConfigError } from './config-error.ts';
import { fillDefaults } from './defaults.ts';
import { type Overrides, readEnvironment } from './environment.ts';
import { findConfigFile } from './find-file.ts';
import { type Flags, readFlags } from './flags.ts';
import { formatKey, type KeyPath } from './key-path.ts';
import type { Origin, Override } from './origin.ts';
import { applyOverrides } from './overlay.ts';
import { type Document, parseDocument } from './parse.ts';
import { placeFindings, placeOrigins } from './places.ts';
import { findPlanned } from './planned.ts';
import { type Finding, type Problem, sortProblems } from './problem.ts';
import { readFileOrProblem } from './read-file.ts';
import { resolveSecrets, secretKeys } from './secrets.ts';
import { freezeDeep } from './tree.ts';
import type { Config } from './types.generated.ts';
import { validateTree } from './validate.ts';

export interface LoadOptions {
  /** The configuration file; without it, it is looked for. Null where there shall be none. */
  readonly file?: string | null;
  /** Instead of what the file holds, such as what it held earlier. Nothing where there is no file. */
  readonly text?: string;
  /** Key → value from the command line. */
  readonly flags?: Flags;
  /** Key → what was typed for it, such as `--port`, for messages. */
  readonly flagNames?: Readonly<Record<string, string>>;
  readonly env?: NodeJS.ProcessEnv;
  /** A file with environment variables. */
  readonly envFile?: string;
  readonly cwd?: string;
}

export interface LoadedConfig {
  /** Complete, frozen, every path absolute, every secret resolved. */
  readonly config: Config;
  /** Absolute; undefined where there is none. */
  readonly file: string | undefined;
  /** The text of the file; empty without one. */
  readonly source: string;
  readonly warnings: readonly Problem[];
  /** SHA-256 of the file's bytes in hex; empty without a file. */
  readonly hash: string;
  readonly originOf: (path: KeyPath) => Origin;
  /** Every key with where its value came from. It parses the file again, for the lines. */
  readonly origins: () => Promise<ReadonlyMap<string, Origin>>;
}

/** Without any file, a bare `server` has to run: on loopback, with a certificate of its own. */
const WITHOUT_FILE: Override = {
  path: ['tls', 'auto_generate'],
  value: true,
  origin: { layer: 'built-in', at: 'there is no configuration file' },
  isLegacy: false,
};

/** Reads every layer and joins them, or throws a `ConfigError` with everything that is wrong. */
export async function loadConfig(options: LoadOptions = {}): Promise<LoadedConfig> {
  const env = options.env ?? process.env;
  const cwd = options.cwd ?? process.cwd();
  const file = findConfigFile(options.file, env, cwd);
  const bytes = file === undefined ? undefined : readSource(file, options.text);
  if (bytes && !Buffer.isBuffer(bytes)) throw new ConfigError([bytes]);

  const document = bytes && file ? parseDocument(bytes, file) : EMPTY_DOCUMENT;
  const layers = readLayers(options, env, cwd);
  const tree = structuredClone(document.tree ?? {});
  const overrides = layers.flatMap((layer) => layer.overrides);
  const overlay = applyOverrides(tree, document.tree, file ? overrides : [WITHOUT_FILE, ...overrides]);
  const problems = [...document.problems, ...layers.flatMap((layer) => layer.problems), ...overlay.problems];

  const findings = withoutRepeats([...document.findings, ...findPlanned(tree), ...validateTree(tree)]);
  const folders = resolveFolders(tree, overlay.originOf, file, cwd);
  if (findings.length === 0) {
    findings.push(...resolveSecrets(tree, secretKeys(tree), { env, folder: folders.base }));
  }
  problems.push(...(await placeFindings(findings, overlay.originOf, file, document.text)));
  const sorted = sortProblems(problems);
  if (sorted.some(({ severity }) => severity === 'error')) throw new ConfigError(sorted);

  const config = fillDefaults(tree);
  makePathsAbsolute(config, overlay.originOf, folders);
  return {
    config: freezeDeep(config),
    file,
    source: document.text,
    warnings: sorted,
    hash: bytes ? createHash('sha256').update(bytes).digest('hex') : '',
    originOf: overlay.originOf,
    origins: () => placeOrigins(config, overlay.originOf, file, document.text),
  };
}

function readSource(file: string, text: string | undefined): Buffer | Problem {
  return text === undefined ? readFileOrProblem(file, 'CFG0108') : Buffer.from(text);
}

const EMPTY_DOCUMENT: Document = { text: '', problems: [], findings: [] };

/** Lowest precedence first. */
function readLayers(options: LoadOptions, env: NodeJS.ProcessEnv, cwd: string): Overrides[] {
  const envFile = options.envFile ?? env.SERVER_ENV_FILE ?? env.OORE_ENV_FILE;
  return [
    envFile ? readEnvFile(resolve(cwd, envFile)) : { overrides: [], problems: [] },
    readEnvironment(env, 'environment'),
    readFlags(options.flags ?? {}, options.flagNames ?? {}),
  ];
}

function readEnvFile(file: string): Overrides {
  const bytes = readFileOrProblem(file, 'CFG0113');
  if (!Buffer.isBuffer(bytes)) return { overrides: [], problems: [bytes] };
  return readEnvironment(parseEnv(bytes.toString('utf8')), 'env-file');
}

/** One finding for each place; the first is the one that says most. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ path }) => {
    const key = formatKey(path);
    return !seen.has(key) && seen.add(key);
  });
}
