import { existsSync } from 'node:fs';
import type { Finding } from '../problem.ts';
import { findGroup, findUser } from '../system-accounts.ts';
import type { Config } from '../types.generated.ts';

/** Whether the user and the group exist, and whether whoever starts the server (`uid`) may run children as them. */
export function checkAccounts({ daemon }: Config, uid = process.getuid?.()): Finding[] {
  // Elsewhere than on Unix there is nothing to say.
  if (!existsSync('/etc/passwd')) return [];
  const user = daemon.user ? findUser(daemon.user) : undefined;
  const findings: Finding[] = [];
  if (daemon.user && user === undefined) {
    const hint = `make it: useradd --system --no-create-home ${daemon.user}`;
    findings.push(finding('CFG0431', 'user', `the user "${daemon.user}" does not exist`, hint));
  }
  if (user !== undefined && uid !== 0 && uid !== user.uid) {
    const hint = `start the server as root or as "${daemon.user}", or remove this line`;
    findings.push(finding('CFG0433', 'user', 'only root can run the server as another user', hint));
  }
  if (daemon.group && findGroup(daemon.group) === undefined) {
    const hint = `make it: groupadd --system ${daemon.group}`;
    findings.push(finding('CFG0432', 'group', `the group "${daemon.group}" does not exist`, hint));
  } else if (daemon.group && !daemon.user) {
    const hint = 'set daemon.user, or remove this line';
    findings.push(finding('CFG0433', 'group', 'a group has no effect without a user', hint));
  }
  return findings;
}

function finding(
  code: 'CFG0431' | 'CFG0432' | 'CFG0433',
  key: string,
  message: string,
  hint: string,
): Finding {
  return { code, severity: 'error', path: ['daemon', key], at: 'value', message, hint };
}
