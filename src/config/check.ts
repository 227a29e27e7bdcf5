import { checkAccounts } from './check/accounts.ts';
import { checkAddresses } from './check/addresses.ts';
import { checkBatches } from './check/batches.ts';
import { checkCertificates } from './check/certificates.ts';
import { checkFolders } from './check/folders.ts';
import { checkListeners } from './check/listeners.ts';
import type { LoadedConfig } from './load.ts';
import { placeFindings } from './places.ts';
import { type Finding, type Problem, sortProblems } from './problem.ts';
import type { Config } from './types.generated.ts';

export interface CheckOptions {
  /** Leave out everything that depends on this machine: files, folders, addresses, users. */
  readonly offline?: boolean;
  /** Asks as another user what is wrong with the folders. */
  readonly checkFolders?: ((config: Config) => Finding[]) | undefined;
}

/** What a schema cannot say. Errors and warnings, sorted by line; those of the loading are not repeated. */
export async function checkConfig(loaded: LoadedConfig, options: CheckOptions = {}): Promise<Problem[]> {
  const { config } = loaded;
  const findings = [...checkListeners(config), ...checkBatches(config), ...checkAddresses(config, options)];
  findings.push(...checkCertificates(config, options));
  if (!options.offline)
    findings.push(...(options.checkFolders ?? checkFolders)(config), ...checkAccounts(config));
  return sortProblems(await placeFindings(findings, loaded.originOf, loaded.file, loaded.source));
}
