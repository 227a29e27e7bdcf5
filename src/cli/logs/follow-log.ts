import { setTimeout as delay } from 'node:timers/promises';
import type { Paths } from '../../config/paths.ts';
import { followControl } from '../../supervisor/control-client.ts';
import { isSilence } from '../ask-server.ts';
import { findControlSocket } from '../find-control-socket.ts';
import { linesAfter } from './lines-after.ts';
import { readLogFile } from './read-log-file.ts';

/** All that the server has in memory. */
export const LINES_MAX = 1000;
const RETRY_MS = 500;

export interface LogSource {
  readonly paths: Paths;
  /** The log file; empty without one. */
  readonly file: string;
}

/**
 * The last lines together, at once and even where there are none, and then whatever comes, until `signal`: from
 * the server while there is one, else from its file, which tells why a server does not start. `tell` hears when
 * it changes. Throws `ControlError` where the server cannot be asked at all.
 */
export async function* followLog(
  { paths, file }: LogSource,
  tell: (news: string) => void,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  let state: 'first' | 'connected' | 'waiting' = 'first';
  let last: string | undefined;
  const select = (lines: readonly string[]): readonly string[] => {
    const fresh = linesAfter(last, lines);
    last = fresh.at(-1) ?? last;
    return fresh;
  };
  while (!signal.aborted) {
    try {
      for await (const lines of followControl(await findControlSocket(paths), LINES_MAX, signal)) {
        if (state === 'waiting') tell('the server is there');
        const isBeginning = state !== 'connected';
        state = 'connected';
        if (isBeginning) yield select(lines);
        else {
          last = lines.at(-1);
          yield lines;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isSilence(error) || (state === 'first' && error.code === 'ERR_CONTROL_TIMEOUT')) throw error;
    }
    if (signal.aborted) return;
    if (state !== 'waiting') {
      tell(`${state === 'first' ? 'no server runs here' : 'the server has gone'}; waiting for it`);
      state = 'waiting';
    }
    yield select(await readLogFile(file).catch(() => []));
    await delay(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}
