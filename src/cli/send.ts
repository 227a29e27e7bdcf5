import { hostname } from 'node:os';
import { defineCommand } from 'citty';
import { LEVELS, parseLevelName } from '../protocols/log-record.ts';
import { EXIT } from './exit-codes.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { readLoadOptions } from './overrides.ts';
import { parseWholeNumber } from './parse-number.ts';
import type { Destination } from './send/connect.ts';
import { findLocalServer } from './send/local-server.ts';
import { createProgress } from './send/progress.ts';
import { renderReport } from './send/render-report.ts';
import { sendLogMessages } from './send/send-log-messages.ts';
import { formatTarget, parseTarget } from './send/target.ts';
import { printJson } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const DEFAULT_MESSAGE = 'hello from server send';
const CONNECTIONS_MAX = 1000;
/** The server's limit is lower by default; beyond this one no server takes a message. */
const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;

export const sendCommand = defineCommand({
  meta: {
    description:
      'Sends log messages to a server as log frames. "{n}" in the message is replaced by a running number; with --count and without "{n}" the number is put behind it. The protocol has no acknowledgement: with --count, a connection that breaks is opened again, and what was sent on it last is reported as possibly lost (exit code 1). Exit code 69 if the server cannot be reached.',
  },
  args: {
    ...COMMON_FLAGS,
    to: {
      type: 'string',
      valueHint: 'HOST:PORT',
      description:
        'The server, or the path of its Unix socket (default: the universal port of the server that runs here, else of the configuration)',
    },
    'tls-ca': {
      type: 'string',
      valueHint: 'FILE',
      description:
        "The authority that signed the server's certificate (default: the one that the server made itself)",
    },
    tls: { type: 'boolean', default: true, description: 'Connect without TLS' },
    insecure: { type: 'boolean', description: "Do not check the server's certificate" },
    count: { type: 'string', valueHint: 'N', description: 'How many messages (default: 1)' },
    rate: {
      type: 'string',
      valueHint: 'R',
      description: 'Messages in a second (default: as fast as the server takes them)',
    },
    connections: {
      type: 'string',
      valueHint: 'N',
      default: '1',
      description: 'Send over so many connections at once',
    },
    level: {
      type: 'string',
      valueHint: 'LEVEL',
      default: 'info',
      description: `One of ${LEVELS.join(', ')}`,
    },
    logger: { type: 'string', valueHint: 'NAME', default: 'server.send', description: "The logger's name" },
    'host-name': {
      type: 'string',
      valueHint: 'NAME',
      description: "The host's name in the message (default: this machine's)",
    },
    ...PLACE_FLAGS,
    json: JSON_FLAG,
    message: {
      type: 'positional',
      required: false,
      default: DEFAULT_MESSAGE,
      description: 'The text of the message',
    },
  },
  async run({ args, rawArgs }): Promise<number> {
    const local = await findLocalServer(readLoadOptions(rawArgs), { isAsked: args.to === undefined });
    const isTls = args.tls && (args.to !== undefined || local.isTls);
    const destination: Destination = {
      target: args.to === undefined ? local.target : parseTarget(args.to),
      tls: isTls ? { caFile: args['tls-ca'] ?? local.caFile, isInsecure: args.insecure === true } : undefined,
    };
    if (Buffer.byteLength(args.message) > MESSAGE_BYTES_MAX) {
      throw new UsageError(`the message is longer than ${MESSAGE_BYTES_MAX} bytes`);
    }
    const count =
      args.count === undefined ? 1 : parseWholeNumber('--count', args.count, 1, Number.MAX_SAFE_INTEGER);
    const progress = createProgress(count, process.stderr);
    const report = await sendLogMessages({
      ...destination,
      message: args.message,
      count,
      isPersistent: args.count !== undefined,
      rate: args.rate === undefined ? undefined : parseWholeNumber('--rate', args.rate, 1, 1e9),
      connections: parseWholeNumber('--connections', args.connections, 1, CONNECTIONS_MAX),
      record: {
        hostname: args['host-name'] ?? hostname(),
        loggerName: args.logger,
        level: parseLevel(args.level),
        processId: String(process.pid),
        processName: 'server send',
      },
      onProgress: (sent) => progress.update(sent),
    }).finally(() => progress.end());
    if (args.json) printJson(report);
    else process.stdout.write(renderReport(report, formatTarget(destination.target)));
    return report.possibly_lost > 0 ? EXIT.failed : EXIT.done;
  },
});

function parseLevel(text: string) {
  const level = parseLevelName(text);
  if (level === undefined)
    throw new UsageError(`--level cannot be "${text}"; it can be ${LEVELS.join(', ')}`);
  return level;
}
