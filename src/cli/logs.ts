import { once } from 'node:events';
import { defineCommand } from 'citty';
import { resolvePaths } from '../config/paths.ts';
import { askServer, explainSilence, isSilence, NotRunningError } from './ask-server.ts';
import { findControlSocket } from './find-control-socket.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { loadPlace } from './locate-server.ts';
import { followLog, LINES_MAX, type LogSource } from './logs/follow-log.ts';
import { readLogFile } from './logs/read-log-file.ts';
import { createLineRenderer } from './logs/render-line.ts';
import { readLoadOptions } from './overrides.ts';
import { parseLevel, SETTABLE_LEVELS } from './parse-level.ts';
import { parseWholeNumber } from './parse-number.ts';

export const logsVerb = defineCommand({
  meta: {
    description:
      'Shows the last lines of the server\'s own log, from the running server, else from its log file (logging.file). Readable lines as on its console, in a pipe as well, where they have no colour; --json prints them as they are in the file. The collected messages are elsewhere: see "server status".',
  },
  args: {
    ...COMMON_FLAGS,
    lines: {
      type: 'string',
      alias: 'n',
      valueHint: 'N',
      default: '50',
      description: `How many of the last lines, at most ${LINES_MAX}; the log file has the rest`,
    },
    follow: {
      type: 'boolean',
      alias: 'f',
      description: 'Go on with each new line, also when the server is restarted, until Ctrl-C',
    },
    level: {
      type: 'string',
      valueHint: 'LEVEL',
      default: 'trace',
      description: `Leave out less important lines: ${SETTABLE_LEVELS.join(', ')}`,
    },
    ...PLACE_FLAGS,
    json: { ...JSON_FLAG, description: 'Print JSON, a line each' },
  },
  async run({ args, rawArgs }): Promise<void> {
    const count = parseWholeNumber('--lines', args.lines, 0, LINES_MAX);
    const level = parseLevel('--level', args.level);
    const { config } = await loadPlace(readLoadOptions(rawArgs));
    const source: LogSource = { paths: resolvePaths(config), file: config.logging.file };
    const render = await createLineRenderer({ asJson: args.json === true, level }, process.stdout);
    const gone = untilReaderGone();
    const batches = args.follow ? follow(source, gone) : [await readLastLines(source)];
    let isFirst = true;
    for await (const lines of batches) {
      const shown = lines.map(render).filter((line) => line !== undefined);
      await print(isFirst ? (count === 0 ? [] : shown.slice(-count)) : shown, gone);
      isFirst = false;
    }
  },
});

async function* follow(source: LogSource, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  try {
    yield* followLog(source, tell, signal);
  } catch (error) {
    throw await explainSilence(await findControlSocket(source.paths), error);
  }
}

async function readLastLines({ paths, file }: LogSource): Promise<readonly string[]> {
  try {
    return (await askServer(await findControlSocket(paths), 'tail', { lines: LINES_MAX })).lines;
  } catch (error) {
    if ((!isSilence(error) && !(error instanceof NotRunningError)) || file === '') throw error;
    const lines = await readLogFile(file).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') throw error;
      throw new Error(`${(error as Error).message}; cannot read its log file either: ${cause.message}`, {
        cause,
      });
    });
    tell(`${(error as Error).message}; the last lines of ${file}:`);
    return lines;
  }
}

/** Aborted when whoever reads the output has gone, as in `server logs -f | head`. */
function untilReaderGone(): AbortSignal {
  const gone = new AbortController();
  for (const event of ['error', 'close']) process.stdout.once(event, () => gone.abort());
  return gone.signal;
}

async function print(lines: readonly string[], gone: AbortSignal): Promise<void> {
  if (lines.length === 0 || gone.aborted) return;
  if (process.stdout.write(`${lines.join('\n')}\n`)) return;
  await once(process.stdout, 'drain', { signal: gone }).catch(() => {});
}

function tell(news: string): void {
  process.stderr.write(`server: ${news}\n`);
}
