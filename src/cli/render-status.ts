import { escapeControls } from '../config/escape-controls.ts';
import { formatAddress } from '../config/listeners.ts';
import type { Problem } from '../config/problem.ts';
import { renderProblems } from '../config/render.ts';
import type { ConfigStatus, ProcessStatus, Status } from '../supervisor/status.ts';
import { renderTable } from './table.ts';
import { paint } from './terminal.ts';
import { formatBytes, formatCount, formatDuration } from './units.ts';

/** The rest is in `server status --json`. */
const PROBLEMS_SHOWN = 3;
const LAST_WORDS_SHOWN = 3;

/** The state of the server for people. */
export function renderStatus(status: Status, isColored: boolean): string {
  const title = (text: string) => `\n${paint('bold', text, isColored)}\n`;
  return [
    renderHead(status, isColored),
    title('Processes'),
    renderProcesses(status.processes),
    title('Listeners'),
    renderTable([
      ['listener', 'address', 'TLS', 'protocols'],
      ...status.listeners.map(({ name, address, port, tls, protocols }) => [
        name,
        formatAddress(address, port),
        tls ? 'yes' : 'no',
        protocols.length > 0 ? protocols.join(', ') : 'all',
      ]),
    ]),
    title('Activity'),
    renderTable(activityRows(status)),
  ].join('');
}

function renderHead(status: Status, isColored: boolean): string {
  const isWell = status.state === 'running' && status.ready;
  const word = status.ready ? `${status.state}, ready` : `${status.state}, not ready`;
  const facts = [
    ['state', paint(isWell ? 'green' : 'yellow', word, isColored)],
    ...status.reasons.map((reason) => ['', escapeControls(reason)]),
    ['name', escapeControls(status.name)],
    ['pid', String(status.pid)],
    ['uptime', `${formatDuration(status.uptime_secs)} (since ${status.started_at})`],
    ['version', `${status.version} (node ${status.node})`],
    ['config', status.config_file ?? 'none: defaults and environment'],
    ...configRows(status.config, isColored),
    ['data', status.data_dir],
    ['messages', status.log_file],
  ];
  return renderTable(facts as string[][], '');
}

/** Which configuration runs, and everything about it that asks for a person. */
function configRows(config: ConfigStatus, isColored: boolean): string[][] {
  const {
    revision,
    loaded_at,
    loaded_by,
    pending_restart,
    file_differs,
    confirm_until,
    level_override,
    refused,
  } = config;
  const notes = [
    ...(file_differs ? ['the file is not what runs; "server config diff" shows it'] : []),
    ...(pending_restart.length > 0
      ? [`waits for "server restart": ${pending_restart.map(escapeControls).join(', ')}`]
      : []),
    ...(confirm_until === null
      ? []
      : [`goes back at ${escapeControls(confirm_until)} without "server reload --confirmed"`]),
    ...(refused === null
      ? []
      : [
          `refused at ${escapeControls(refused.at)} (${escapeControls(refused.by)}): ${escapeControls(refused.message)}`,
          ...renderErrors(refused.problems),
        ]),
  ];
  return [
    ['revision', `${revision}, by ${escapeControls(loaded_by)} at ${escapeControls(loaded_at)}`],
    ...notes.map((note) => ['', paint('yellow', note, isColored)]),
    ...(level_override
      ? [['log level', `${escapeControls(level_override)} (server set-level, in place of logging.level)`]]
      : []),
  ];
}

function renderErrors(problems: readonly Problem[]): string[] {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const shown = errors.slice(0, PROBLEMS_SHOWN);
  const more = errors.length - shown.length;
  const lines = renderProblems(shown, { color: false, excerpts: false }).trimEnd().split('\n');
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].filter(Boolean).map((line) => `  ${line}`);
}

/** A row for each, and below it what a crashed one has said last. */
function renderProcesses(processes: readonly ProcessStatus[]): string {
  const rows = renderTable([
    ['process', 'state', 'pid', 'uptime', 'restarts', 'memory', 'last exit'],
    ...processes.map(processRow),
  ]).split('\n');
  const [head, ...others] = rows.filter(Boolean);
  const lines = processes.flatMap((each, i) => [
    others[i] as string,
    ...each.last_words.slice(-LAST_WORDS_SHOWN).map((line) => `      ${escapeControls(line)}`.trimEnd()),
  ]);
  return [head, ...lines].map((line) => `${line}\n`).join('');
}

function processRow(each: ProcessStatus): string[] {
  return [
    each.role,
    each.state,
    String(each.pid ?? '-'),
    each.uptime_secs === null ? '-' : formatDuration(each.uptime_secs),
    String(each.restarts),
    each.memory_bytes === null ? '-' : formatBytes(each.memory_bytes),
    each.last_exit === null ? '-' : escapeControls(each.last_exit),
  ];
}

function activityRows({ connections, records, counts, last_error }: Status): string[][] {
  const counted = Object.entries(counts).filter(([, count]) => count > 0);
  return [
    ['connections', `${connections.open} open (at most ${connections.max}), ${connections.total} in all`],
    [
      'records',
      `${formatCount(records.stored)} stored, ${formatCount(Math.round(records.per_second))} per second`,
    ],
    ['written', `${formatBytes(records.bytes)} since the start, ${records.rotations} rotations`],
    ...counted.map(([name, count]) => [name, formatCount(count)]),
    ['last error', last_error ? `${last_error.timestamp} ${escapeControls(last_error.message)}` : 'none'],
  ] as string[][];
}
