import { formatKey, type KeyPath } from './key-path.ts';
import type { ProblemCode } from './problem-codes.ts';

export type Severity = 'error' | 'warning';

/** Something wrong with the configuration, at its place. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly key?: string;
  readonly message: string;
  /** What to do, or what was probably meant. */
  readonly hint?: string;
  /** The file, or the name of the environment variable or flag. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1, in UTF-16 units. */
  readonly column?: number;
  readonly length?: number;
  /** The value found, as text. Never that of a secret. */
  readonly found?: string;
  readonly allowed?: string;
}

/** A problem whose place in the file is not known yet. */
export interface Finding {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly path: KeyPath;
  /** Whether the key or its value is to be pointed at. */
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly hint?: string;
  readonly found?: string;
  readonly allowed?: string;
}

export function toProblem(finding: Finding, place: Partial<Problem>): Problem {
  const { path, at: _at, ...rest } = finding;
  return { ...rest, key: formatKey(path), ...place };
}

/** By line; what has no line comes last. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const line = (problem: Problem) => problem.line ?? Number.MAX_SAFE_INTEGER;
  return problems.toSorted((a, b) => line(a) - line(b) || (a.column ?? 0) - (b.column ?? 0));
}
