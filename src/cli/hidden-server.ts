import type { Paths } from '../config/paths.ts';
import { isLocked } from '../process/instance-lock.ts';
import { ControlError } from '../supervisor/control-client.ts';

/**
 * A server whose control socket and PID file somebody has deleted still has the lock on its data. Throws
 * `ControlError` then, since it can be neither asked nor named.
 */
export async function assertNobodyRuns({ dataDirectory, controlSocket, pidFile }: Paths): Promise<void> {
  if (!(await isLocked('supervisor', dataDirectory))) return;
  throw new ControlError(
    'ERR_CONTROL_UNREACHABLE',
    `a server runs on ${dataDirectory}, but neither ${controlSocket} nor ${pidFile} leads to it; find its process with "ss -xlp | grep millrace-supervisor"`,
  );
}
