import { formatAddress, type Listener } from '../config/listeners.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Paths } from '../config/paths.ts';
import { PROGRAM_NAME } from '../process/program.ts';

/** What a newcomer needs after a start in the foreground: where things are, and what to do next. */
export function renderBanner(listeners: readonly Listener[], paths: Paths, loaded: LoadedConfig): string {
  const { logs, network } = loaded.config;
  const facts = [
    ...listeners.map(({ name, address, port, tls, protocols }) => {
      const carries = protocols.length === 0 ? 'every protocol' : protocols.join(', ');
      return [`listening`, `${formatAddress(address, port)}  ${name}: ${tls ? 'TLS, ' : ''}${carries}`];
    }),
    ['messages', `${paths.logDirectory}/${logs.file_name}`],
    ['settings', loaded.file ?? 'defaults and environment; "server generate-config" writes a file'],
    ['try', `${PROGRAM_NAME} send ${describeTarget(listeners, network.port)}"hello"`],
    ['stop', `Ctrl-C here, or "${PROGRAM_NAME} stop" elsewhere`],
  ];
  const lines = facts.map(([what, value], i) => {
    const label = facts[i - 1]?.[0] === what ? '' : (what as string);
    return `  ${label.padEnd(10)} ${value}`;
  });
  return ['', ...lines, ''].join('\n');
}

/** `server send` finds a port that stands in the configuration by itself. */
function describeTarget([main]: readonly Listener[], configuredPort: number): string {
  if (main === undefined || main.port === configuredPort) return '';
  return `--to ${formatAddress(main.address, main.port)} ${main.tls ? '' : '--no-tls '}`;
}
