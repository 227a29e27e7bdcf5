import { escapeControls } from '../config/escape-controls.ts';
import { formatAddress } from '../config/listeners.ts';
import type { ProcessStatus, Status } from '../supervisor/status.ts';
import { renderTable } from './table.ts';
import { paint } from './terminal.ts';

/** The state of the server for people. */
export function renderStatus(status: Status, isColored: boolean): string {
  const title = (text: string) => `\n${paint('bold', text, isColored)}\n`;
  return [
    renderHead(status, isColored),
    title('Processes'),
    renderTable([
      ['process', 'state', 'pid', 'uptime', 'restarts', 'memory', 'last exit'],
      ...status.processes.map(processRow),
    ]),
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
    ['data', status.data_dir],
    ['messages', status.log_file],
  ];
  return renderTable(facts as string[][], '');
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
  ];
}

/** The two largest units: `45 s`, `3 min 5 s`, `2 d 4 h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
