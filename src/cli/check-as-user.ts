import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { checkFolders } from '../config/check/folders.ts';
import type { Finding } from '../config/problem.ts';
import type { Config } from '../config/types.generated.ts';
import { encodeIdentity, type Identity, resolveIdentity } from '../process/identity.ts';
import { EXIT } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

/** The rights of another user cannot be had. */
export class AsUserError extends Error {
  readonly code = 'ERR_AS_USER';
  readonly exitCode = EXIT.noPermission;
}

const TIMEOUT_MS = 30_000;

/** The user of `--as-user`; undefined where that is root. Throws `UsageError` or `AsUserError`. */
export function chooseUser(user: string, { daemon }: Config): Identity | undefined {
  if (user === '')
    throw new UsageError('--as-user needs a name, since daemon.user is not set: --as-user=NAME');
  if (process.getuid?.() !== 0)
    throw new AsUserError('only root can check as another user; run this as root');
  return resolveIdentity({ user, group: user === daemon.user ? daemon.group : '' });
}

/** What is wrong with the folders where the store is this user. The kernel has the answer only for a process of the user. */
export function checkFoldersAs(identity: Identity, config: Config): Finding[] {
  const entry = realpathSync(process.argv[1] as string);
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [entry, 'role:folder-check', encodeIdentity(identity)],
    { input: JSON.stringify(config), encoding: 'utf8', timeout: TIMEOUT_MS, cwd: '/' },
  );
  if (status === 0) return [...checkFolders(config, 'supervisor'), ...JSON.parse(stdout)];
  throw new AsUserError(`cannot check as user ${identity.uid}: ${error?.message ?? stderr.trim()}`);
}
