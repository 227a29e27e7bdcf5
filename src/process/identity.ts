import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findGroup, findUser } from '../config/system-accounts.ts';
import type { DaemonConfig } from '../config/types.generated.ts';

/** As whom a process runs that does not stay root. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups, `gid` among them. */
  readonly groups: readonly number[];
}

/** The user or the group cannot be taken. */
export class IdentityError extends Error {
  readonly code = 'ERR_IDENTITY';
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

const EXIT_CONFIG = 78;
const EXIT_NO_PERMISSION = 77;

/** As whom workers and store run; undefined where they stay what the supervisor is. Throws `IdentityError`. */
export function resolveIdentity({ user, group }: Pick<DaemonConfig, 'user' | 'group'>): Identity | undefined {
  if (process.getuid?.() !== 0 || user === '') return undefined;
  const account = findUser(user);
  const gid = group === '' ? account?.gid : findGroup(group);
  if (account === undefined || gid === undefined) {
    const what = account === undefined ? `the user "${user}"` : `the group "${group}"`;
    throw new IdentityError(
      `${what} does not exist; see ${account ? 'daemon.group' : 'daemon.user'}`,
      EXIT_CONFIG,
    );
  }
  if (account.uid === 0) return undefined;
  return { uid: account.uid, gid, groups: [...new Set([gid, ...account.groups])] };
}

/** Becomes the identity for good, and proves that there is no way back. Throws `IdentityError`. */
export function dropPrivileges({ uid, gid, groups }: Identity): void {
  process.setgroups?.([...groups]);
  process.setgid?.(gid);
  process.setuid?.(uid);
  const ids = [process.getuid?.(), process.geteuid?.(), process.getgid?.(), process.getegid?.()];
  const isTaken = [uid, uid, gid, gid].every((id, i) => ids[i] === id);
  const hasOthers = process.getgroups?.().some((id) => !groups.includes(id));
  if (!isTaken || hasOthers || canBecomeRoot(gid)) {
    throw new IdentityError(`cannot become user ${uid} and group ${gid} for good`, EXIT_NO_PERMISSION);
  }
}

/** Whoever runs the program reads it from here on. Throws `IdentityError`. */
export function assertProgramReadable(): void {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
  } catch {
    throw new IdentityError(
      `user ${process.getuid?.()} cannot read the program in ${folder}; install it where every user can`,
      EXIT_NO_PERMISSION,
    );
  }
}

function canBecomeRoot(gid: number): boolean {
  const attempts = [() => process.setuid?.(0), () => process.seteuid?.(0)];
  if (gid !== 0) attempts.push(() => process.setgid?.(0));
  return attempts.some((attempt) => {
    try {
      attempt();
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Does something with the rights of the identity and comes back; without one, as who we are. What it makes belongs to
 * the identity, and no link that the user has put in the way leads root astray. Only for what is done when
 * `work` returns: every thread of the process changes its rights.
 */
export function runAs<Result>(identity: Identity | undefined, work: () => Result): Result {
  if (identity === undefined) return work();
  const { groups = [], gid = 0 } = { groups: process.getgroups?.(), gid: process.getegid?.() };
  process.setgroups?.([...identity.groups]);
  process.setegid?.(identity.gid);
  process.seteuid?.(identity.uid);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(gid);
    process.setgroups?.([...groups]);
  }
}

/** For the command line of a child: `1000:1000:1000,4`. */
export function encodeIdentity({ uid, gid, groups }: Identity): string {
  return `${uid}:${gid}:${groups.join(',')}`;
}

/** Throws `IdentityError`. */
export function decodeIdentity(text: string): Identity {
  const [, uid, gid, groups] = /^(\d+):(\d+):(\d+(?:,\d+)*)$/.exec(text) ?? [];
  if (groups === undefined) throw new IdentityError(`"${text}" is no user and groups`, EXIT_NO_PERMISSION);
  return { uid: Number(uid), gid: Number(gid), groups: groups.split(',').map(Number) };
}
