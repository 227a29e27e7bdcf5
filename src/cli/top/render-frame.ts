import { escapeControls } from '../../config/escape-controls.ts';
import { formatAddress } from '../../config/listeners.ts';
import type { Status } from '../../supervisor/status.ts';
import { renderTable } from '../table.ts';
import type { Format } from '../terminal.ts';
import { formatBytes, formatCount, formatDuration } from '../units.ts';
import type { Rates } from './sample.ts';

/** A line of a frame; a frame is cut to the screen before it gets its colours. */
export interface FrameLine {
  readonly text: string;
  readonly format?: Format;
}

/** What is on the screen at one moment. */
export function renderFrame(status: Status | undefined, rates: Rates | undefined, now: Date): FrameLine[] {
  const time = now.toTimeString().slice(0, 8);
  if (status === undefined) {
    return [{ text: `no server answers   ${time}`, format: 'red' }];
  }
  return [
    renderHead(status, time),
    ...renderNotes(status).map((text) => ({ text, format: 'yellow' as const })),
    { text: '' },
    ...table(
      ['process', 'state', 'pid', 'cpu', 'memory', 'restarts', 'last exit'],
      processRows(status, rates),
    ),
    { text: '' },
    ...table(['listener', 'address', 'TLS', 'protocols'], listenerRows(status)),
    { text: '' },
    ...table(['', 'total', 'per second'], activityRows(status, rates)),
    { text: '' },
    ...renderCounts(status),
    ...renderLastError(status),
  ];
}

function renderHead({ name, state, ready, config, uptime_secs, version }: Status, time: string): FrameLine {
  const parts = [
    escapeControls(name),
    `${state}, ${ready ? 'ready' : 'not ready'}`,
    `revision ${config.revision}`,
    ...(config.level_override ? [`log level ${escapeControls(config.level_override)}`] : []),
    `up ${formatDuration(uptime_secs)}`,
    `version ${escapeControls(version)}`,
    time,
  ];
  return { text: parts.join('   '), format: state === 'running' && ready ? 'green' : 'yellow' };
}

function renderNotes({ reasons, config }: Status): string[] {
  return [
    ...reasons.map(escapeControls),
    ...(config.refused === null
      ? []
      : [`the last reload was refused: ${escapeControls(config.refused.message)}`]),
    ...(config.pending_restart.length > 0 ? ['some keys wait for "server restart"'] : []),
    ...(config.confirm_until === null ? [] : ['a reload waits for "server reload --confirmed"']),
  ];
}

function processRows({ processes }: Status, rates: Rates | undefined): string[][] {
  return processes.map((each) => {
    const cpu = each.pid === null ? undefined : rates?.cpu.get(each.pid);
    return [
      each.role,
      escapeControls(each.state),
      String(each.pid ?? '-'),
      cpu === undefined ? '-' : `${cpu.toFixed(1)} %`,
      each.memory_bytes === null ? '-' : formatBytes(each.memory_bytes),
      String(each.restarts),
      each.last_exit === null ? '-' : escapeControls(each.last_exit),
    ];
  });
}

function listenerRows({ listeners }: Status): string[][] {
  return listeners.map(({ name, address, port, tls, protocols }) => [
    escapeControls(name),
    formatAddress(address, port),
    tls ? 'yes' : 'no',
    protocols.length > 0 ? protocols.join(', ') : 'all',
  ]);
}

function activityRows({ records, connections }: Status, rates: Rates | undefined): string[][] {
  const rate = (value: number | undefined) => (value === undefined ? '-' : formatCount(Math.round(value)));
  return [
    ['records', `${formatCount(records.stored)} stored`, rate(rates?.records ?? records.per_second)],
    ['written', formatBytes(records.bytes), rates === undefined ? '-' : formatBytes(Math.round(rates.bytes))],
    ['connections', `${connections.open} open of ${connections.max}`, rate(rates?.connections)],
  ];
}

/** Refusals, waits for the store and the like. */
function renderCounts({ counts }: Status): FrameLine[] {
  const rows = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => [escapeControls(name), formatCount(count)]);
  return rows.length === 0 ? [] : [...split(renderTable(rows, '')), { text: '' }];
}

function renderLastError({ last_error }: Status): FrameLine[] {
  if (last_error === null) return [{ text: 'last error   none' }];
  const text = `last error   ${last_error.timestamp} ${escapeControls(last_error.message)}`;
  return [{ text, format: 'red' }];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): FrameLine[] {
  const [first, ...others] = split(renderTable([head, ...rows], ''));
  return [{ text: first?.text ?? '', format: 'bold' }, ...others];
}

function split(text: string): FrameLine[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => ({ text: line }));
}
