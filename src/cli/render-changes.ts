import { RELOAD_NOTES } from '../config/describe-key.ts';
import type { Change } from '../config/diff.ts';
import { escapeControls } from '../config/escape-controls.ts';
import { writeTomlValue } from '../config/toml-text.ts';
import { PROGRAM_NAME } from '../process/program.ts';
import type { ReloadResult } from '../supervisor/control-api.ts';
import { formatMilliseconds } from './units.ts';

const VALUE_LENGTH_MAX = 80;
/** What comes further to the right is hard to find. */
const HOW_COLUMN_MAX = 60;

/** `network.port: 8443 → 9443   by new workers`, a line each; empty without changes. */
export function renderChanges(changes: readonly Change[]): string {
  const lines = changes.map(({ key, from, to, how }) => [
    `${escapeControls(key)}: ${renderValue(from)} → ${renderValue(to)}`,
    RELOAD_NOTES[how],
  ]) as [string, string][];
  const column = Math.min(HOW_COLUMN_MAX, Math.max(0, ...lines.map(([left]) => left.length)));
  return lines.map(([left, how]) => `${`${left.padEnd(column)}   ${how}`.trimEnd()}\n`).join('');
}

/** The changes, and what came of them as the last line or two. */
export function renderReload(result: ReloadResult): string {
  const { outcome, revision, changes, duration_ms, confirm_until } = result;
  const last = {
    applied: `revision ${revision} applied in ${formatMilliseconds(duration_ms)}`,
    unchanged: `nothing changed (revision ${revision})`,
    planned: `this would be revision ${revision + 1}`,
  }[outcome];
  const confirm =
    confirm_until === null
      ? ''
      : `it goes back at ${escapeControls(confirm_until)} unless you type: ${PROGRAM_NAME} reload --confirmed\n`;
  return `${renderChanges(changes)}${last}\n${confirm}`;
}

function renderValue(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  const text = escapeControls(writeTomlValue(value));
  return text.length <= VALUE_LENGTH_MAX ? text : `${text.slice(0, VALUE_LENGTH_MAX - 1)}…`;
}
