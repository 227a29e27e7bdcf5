import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';

/** Why a test that needs the program cannot run, or false. */
export const withoutOpenssl = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is missing';

/** What it printed. Throws where it failed. */
export function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export function tryOpenssl(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
