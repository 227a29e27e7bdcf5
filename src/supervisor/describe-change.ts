import { RELOAD_NOTES } from '../config/describe-key.ts';
import type { Change } from '../config/diff.ts';
import { writeTomlValue } from '../config/toml-text.ts';

/** `network.port: 8443 → 9443 (by new workers)`. */
export function describeChange({ key, from, to, how }: Change): string {
  return `${key}: ${show(from)} → ${show(to)} (${RELOAD_NOTES[how]})`;
}

function show(value: unknown): string {
  return value === null ? 'none' : writeTomlValue(value);
}
