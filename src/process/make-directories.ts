import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and those above it that are missing; returns the ones that were made, the topmost first. One step
 * at a time: Node's recursive mkdir never ends where the kernel says that a new name cannot exist, as below `/proc`.
 */
export function makeDirectories(path: string, mode: number): string[] {
  const missing: string[] = [];
  for (let each = path; !existsSync(each); each = dirname(each)) missing.unshift(each);
  for (const each of missing) mkdirSync(each, { mode });
  return missing;
}
