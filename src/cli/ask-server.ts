import type { Paths } from '../config/paths.ts';
import type { ControlApi } from '../supervisor/control-api.ts';
import { type CallArguments, ControlError, callControl } from '../supervisor/control-client.ts';
import { readLivePid } from '../supervisor/pid-file.ts';
import { assertNobodyRuns } from './hidden-server.ts';

/** There is no server to ask. */
export class NotRunningError extends Error {
  readonly code = 'ERR_NOT_RUNNING';
}

/** The server took the order and has not told what came of it. */
export class StillAtWorkError extends Error {
  readonly code = 'ERR_STILL_AT_WORK';
}

/** Whether nobody answered, rather than that somebody answered with an error. */
export function isSilence(error: unknown): error is ControlError {
  return (
    error instanceof ControlError &&
    (error.code === 'ERR_CONTROL_UNREACHABLE' || error.code === 'ERR_CONTROL_TIMEOUT')
  );
}

/** Asks a running server. Throws `NotRunningError`, or a `ControlError` that says which server is silent. */
export async function askServer<Name extends keyof ControlApi>(
  paths: Paths,
  method: Name,
  ...rest: CallArguments<Name>
): Promise<ControlApi[Name]['result']> {
  try {
    return await callControl(paths, method, ...rest);
  } catch (error) {
    throw await explainSilence(paths, error);
  }
}

/**
 * As `askServer`, for what takes long. A server that answers nothing at all is found out first, in the time that a
 * short call takes. Throws `StillAtWorkError` as well.
 */
export async function orderServer<Name extends keyof ControlApi>(
  paths: Paths,
  method: Name,
  params: ControlApi[Name]['params'],
  timeoutSecs: number,
): Promise<ControlApi[Name]['result']> {
  try {
    await callControl(paths, 'status');
  } catch (error) {
    if (isSilence(error)) throw await explainSilence(paths, error);
  }
  try {
    const rest = [params, { timeoutMs: timeoutSecs * 1000 }] as unknown as CallArguments<Name>;
    return await callControl(paths, method, ...rest);
  } catch (error) {
    if (!isSilence(error)) throw error;
    if (error.code === 'ERR_CONTROL_UNREACHABLE') throw await explainSilence(paths, error);
    throw new StillAtWorkError(
      `the server has not finished within ${timeoutSecs} s and may still be at it; see "server status" and "server logs", or wait longer with --timeout`,
      { cause: error },
    );
  }
}

/** What the silence means: no server, or one that hangs. Other errors are returned as they are. */
export async function explainSilence(paths: Paths, error: unknown): Promise<unknown> {
  if (!isSilence(error)) return error;
  const pid = await readLivePid(paths.pidFile);
  if (error.code === 'ERR_CONTROL_TIMEOUT') {
    const which = pid === undefined ? '' : ` (pid ${pid}, from ${paths.pidFile})`;
    const message = `a server runs${which} but does not answer: ${error.message}; "server stop --force" ends it`;
    return new ControlError(error.code, message, { cause: error });
  }
  if (pid === undefined) {
    await assertNobodyRuns(paths);
    const message = `no server runs here; "server start" starts one`;
    return new NotRunningError(message, { cause: error });
  }
  const message = `a server runs (pid ${pid}, from ${paths.pidFile}) but does not answer: ${error.message}`;
  return new ControlError(error.code, message, { cause: error });
}
