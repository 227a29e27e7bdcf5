import { readFileSync } from 'node:fs';

const GIVEN_BY_SYSTEMD = /(^|\0)(NOTIFY_SOCKET|LISTEN_FDS|INVOCATION_ID)=/;

/** Whether somebody may start the process anew when it has ended; true where it cannot be told. */
export function mayBeStartedAgain(pid: number): boolean {
  try {
    return GIVEN_BY_SYSTEMD.test(readFileSync(`/proc/${pid}/environ`, 'latin1'));
  } catch {
    return true;
  }
}
