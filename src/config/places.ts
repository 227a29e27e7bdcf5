import { formatKey, type KeyPath, parseKey } from './key-path.ts';
import type { Origin } from './origin.ts';
import { type Finding, type Problem, toProblem } from './problem.ts';
import { flattenConfig } from './show.ts';
import type { Config } from './types.generated.ts';

/** Findings get the line that they are about, or the variable or flag. */
export async function placeFindings(
  findings: readonly Finding[],
  originOf: (path: KeyPath) => Origin,
  file: string | undefined,
  text: string,
): Promise<Problem[]> {
  if (findings.length === 0) return [];
  // The parser that keeps positions is slow to load, and most starts have nothing to locate.
  const { findPlace, locateKeys } = await import('./locate.ts');
  const places = locateKeys(text);
  return findings.map((finding) => {
    const origin = originOf(finding.path);
    const isElsewhere = origin.at !== undefined && origin.layer !== 'built-in';
    if (isElsewhere) return toProblem(finding, { file: origin.at });
    return toProblem(finding, { file, ...findPlace(places, finding.path, finding.at) });
  });
}

/** Where the value of every key came from, with line and column for those of the file. */
export async function placeOrigins(
  config: Config,
  originOf: (path: KeyPath) => Origin,
  file: string | undefined,
  text: string,
): Promise<ReadonlyMap<string, Origin>> {
  const { findPlace, locateKeys } = await import('./locate.ts');
  const places = locateKeys(text);
  const origins = new Map<string, Origin>();
  for (const key of flattenConfig(config).keys()) {
    const path = parseKey(key);
    const origin = originOf(path);
    const place = origin.layer === 'file' ? findPlace(places, path, 'value') : undefined;
    const at = place ? `${file}:${place.line}:${place.column}` : origin.at;
    origins.set(formatKey(path), at === undefined ? origin : { ...origin, at });
  }
  return origins;
}
