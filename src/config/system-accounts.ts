import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A user as the system knows it. */
export interface UserAccount {
  readonly uid: number;
  /** The primary group. */
  readonly gid: number;
  /** Every group that the user is in, the primary one included. */
  readonly groups: readonly number[];
}

const TIMEOUT_MS = 5000;

/** By name or number, from whatever the system keeps its users in. Undefined where there is no such user. */
export function findUser(user: string): UserAccount | undefined {
  const [uid] = askId('-u', user);
  const [gid] = askId('-g', user);
  if (uid === undefined || gid === undefined) return undefined;
  return { uid, gid, groups: askId('-G', user) };
}

/** The number of a group, by name or number. Undefined where there is no such group. */
export function findGroup(group: string): number | undefined {
  const line = findGroupLine(readIfThere('/etc/group'), group) ?? askForGroup(group);
  return line === undefined ? undefined : Number(line.split(':')[2]);
}

function askId(what: '-u' | '-g' | '-G', user: string): number[] {
  const answer = ask('id', [what, '--', user]).trim();
  return answer === '' ? [] : answer.split(/\s+/).map(Number);
}

/** A directory service has groups that are in no file. */
function askForGroup(group: string): string | undefined {
  return findGroupLine(ask('getent', ['group', group]), group);
}

function findGroupLine(text: string, group: string): string | undefined {
  return text.split('\n').find((line) => {
    const [name, , id] = line.split(':');
    return id !== undefined && (name === group || id === group);
  });
}

/** What the program prints; nothing where it is missing or fails. */
function ask(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: TIMEOUT_MS,
    });
  } catch {
    return '';
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
