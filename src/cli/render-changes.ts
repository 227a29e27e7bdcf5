import { RELOAD_NOTES } from '../config/describe-key.ts';
import type { Change } from '../config/diff.ts';
import { escapeControls } from '../config/escape-controls.ts';
import { writeTomlValue } from '../config/toml-text.ts';
import { isTable, type Tree } from '../config/tree.ts';
import { PROGRAM_NAME } from '../process/program.ts';
import type { ReloadResult } from '../supervisor/control-api.ts';
import { formatMilliseconds } from './units.ts';

const VALUE_LENGTH_MAX = 80;
/** A longer line has its note behind it, and leaves the others their column. */
const HOW_COLUMN_MAX = 60;

/**
 * `network.port: 8443 → 9443   by new workers`, a line each; a table that is new or removed, such as a listener, has a
 * line for each of its keys below. Empty without changes.
 */
export function renderChanges(changes: readonly Change[]): string {
  const rows = changes.map((change) => ({ ...describeChange(change), how: RELOAD_NOTES[change.how] }));
  const lengths = rows.map(({ head }) => head.length).filter((length) => length <= HOW_COLUMN_MAX);
  const column = Math.max(0, ...lengths);
  return rows
    .flatMap(({ head, below, how }) => [`${head.padEnd(column)}   ${how}`.trimEnd(), ...below])
    .map((line) => `${line}\n`)
    .join('');
}

function describeChange({ key, from, to }: Change): { head: string; below: readonly string[] } {
  const name = escapeControls(key);
  if (from === null && isTable(to)) return { head: `${name}: new`, below: renderTable(to) };
  if (to === null && isTable(from)) return { head: `${name}: removed`, below: renderTable(from) };
  return { head: `${name}: ${renderValue(from)} → ${renderValue(to)}`, below: [] };
}

function renderTable(table: Tree): string[] {
  return Object.entries(table).map(([key, value]) => `  ${escapeControls(key)} = ${renderValue(value)}`);
}

/** The changes, and what came of them as the last line or two. `isForTrial`: with `--confirm`. */
export function renderReload(result: ReloadResult, { isForTrial = false } = {}): string {
  const { outcome, revision, changes, duration_ms, confirm_until } = result;
  if (outcome === 'unchanged' && isForTrial) return `${renderChanges(changes)}${renderAdopted(result)}\n`;
  const last = {
    applied: `revision ${revision} applied in ${formatMilliseconds(duration_ms)}`,
    unchanged: `nothing changed (revision ${revision})`,
    planned: `this would be revision ${revision + 1}`,
  }[outcome];
  const trial =
    confirm_until === null
      ? ''
      : `revision ${revision} is on trial: ${renderWayBack(result, confirm_until)}\n`;
  return `${renderChanges(changes)}${last}\n${trial}`;
}

/** The edit had been applied before, when the file was saved. */
function renderAdopted(result: ReloadResult): string {
  const { revision, confirm_until } = result;
  return confirm_until === null
    ? `nothing is on trial: nothing has changed since revision ${revision}`
    : `revision ${revision} (applied before) is on trial now: ${renderWayBack(result, confirm_until)}`;
}

function renderWayBack({ back_to }: ReloadResult, until: string): string {
  // A server of an earlier version does not tell it.
  const where = back_to ? `back to revision ${back_to}` : 'back';
  return `it goes ${where} at ${escapeControls(until)} unless you type: ${PROGRAM_NAME} reload --confirmed`;
}

function renderValue(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  const text = escapeControls(writeTomlValue(value));
  return text.length <= VALUE_LENGTH_MAX ? text : `${text.slice(0, VALUE_LENGTH_MAX - 1)}…`;
}
