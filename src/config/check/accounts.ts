import { readFileSync } from 'node:fs';
import type { Finding } from '../problem.ts';
import type { Config } from '../types.generated.ts';

/** Whether the user and the group exist, by the files in which the system has them. */
export function checkAccounts({ daemon }: Config): Finding[] {
  const findings: Finding[] = [];
  if (daemon.user && !isListed('/etc/passwd', daemon.user)) {
    const hint = `make it: useradd --system --no-create-home ${daemon.user}`;
    findings.push(finding('CFG0431', 'user', `the user "${daemon.user}" does not exist`, hint));
  }
  if (daemon.group && !isListed('/etc/group', daemon.group)) {
    const hint = `make it: groupadd --system ${daemon.group}`;
    findings.push(finding('CFG0432', 'group', `the group "${daemon.group}" does not exist`, hint));
  }
  return findings;
}

/** By name or number. Where there is no such file (not Unix), nothing can be said against it. */
function isListed(file: string, account: string): boolean {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return true;
  }
  return text.split('\n').some((line) => {
    const [name, , id] = line.split(':');
    return name === account || id === account;
  });
}

function finding(code: 'CFG0431' | 'CFG0432', key: string, message: string, hint: string): Finding {
  return { code, severity: 'error', path: ['daemon', key], at: 'value', message, hint };
}
