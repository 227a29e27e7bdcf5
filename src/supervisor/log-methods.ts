import { encodeLine } from '../observe/log-line.ts';
import type { LogOutput } from '../observe/log-output.ts';
import { createRecord, LOG_LEVELS, type LogLevel } from '../observe/log-record.ts';
import type { Logger } from '../observe/logger.ts';
import type { ControlMethods } from './control-connection.ts';
import type { ControlStream } from './control-stream.ts';

/** A call that asks for what cannot be. */
export class LogRequestError extends Error {
  readonly code: 'ERR_CONTROL_PARAMS' | 'ERR_CONTROL_BUSY';
  constructor(code: LogRequestError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** As in the configuration: last words are never left out. */
type SettableLevel = Exclude<LogLevel, 'fatal'>;
const SETTABLE_LEVELS = LOG_LEVELS.filter((level): level is SettableLevel => level !== 'fatal');

/** Half of the clients of the control socket, so that there is always room for a command. */
const FOLLOWERS_MAX = 32;

/** The methods of the control socket about the daemon's own log. `setLevel` applies a level everywhere. */
export function createLogMethods(
  output: LogOutput,
  logger: Logger,
  setLevel: (level: SettableLevel) => Promise<unknown>,
) {
  let followers = 0;
  return {
    tail: async ({ lines, follow }, caller) => {
      if (typeof lines !== 'number' || !Number.isSafeInteger(lines) || lines < 0) {
        throw new LogRequestError('ERR_CONTROL_PARAMS', 'tail needs "lines", a whole number from 0 on');
      }
      if (follow === true) {
        if (followers >= FOLLOWERS_MAX) {
          const message = `${FOLLOWERS_MAX} clients follow the log already; end one of them`;
          throw new LogRequestError('ERR_CONTROL_BUSY', message);
        }
        followers += 1;
        followOutput(output, caller.openStream('line'), () => {
          followers -= 1;
        });
      }
      return { lines: output.tail(lines) };
    },
    'set-level': async ({ level }) => {
      const to = SETTABLE_LEVELS.find((each) => each === level);
      if (to === undefined) {
        throw new LogRequestError('ERR_CONTROL_PARAMS', `a level is one of ${SETTABLE_LEVELS.join(', ')}`);
      }
      const from = logger.level;
      await setLevel(to);
      logger.info({ from, to }, 'the log level was changed (server set-level)');
      return { from, to };
    },
  } satisfies ControlMethods;
}

/** Sends each line from now on; what a client that does not read misses is counted and told to it. */
function followOutput(output: LogOutput, stream: ControlStream, onEnd: () => void): void {
  let missed = 0;
  const tellMissed = (): void => {
    const message = `${missed} log lines were left out here because they were not read in time`;
    const line = encodeLine(createRecord('millrace.supervisor', 'WARN', message, { missed_lines: missed }));
    if (stream.send({ line })) missed = 0;
    else if (!stream.closed.aborted) stream.onceTaken(tellMissed);
  };
  const unfollow = output.follow((line) => {
    if (missed === 0 && stream.send({ line })) return;
    missed += 1;
    if (missed === 1) stream.onceTaken(tellMissed);
  });
  const end = (): void => {
    unfollow();
    onEnd();
  };
  if (stream.closed.aborted) end();
  else stream.closed.addEventListener('abort', end, { once: true });
}
