import type { Change } from '../config/diff.ts';
import { writeTomlValue } from '../config/toml-text.ts';

const HOW: Readonly<Record<Change['how'], string>> = {
  live: 'in place',
  workers: 'by new workers',
  store: 'by a restart of the store',
  restart: 'needs "server restart"',
};

/** `network.port: 8443 → 9443 (by new workers)`. */
export function describeChange({ key, from, to, how }: Change): string {
  return `${key}: ${show(from)} → ${show(to)} (${HOW[how]})`;
}

function show(value: unknown): string {
  return value === null ? 'none' : writeTomlValue(value);
}
