import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import type { ConfigError } from '../config/config-error.ts';
import { escapeControls } from '../config/escape-controls.ts';
import type { Problem } from '../config/problem.ts';
import { renderProblems } from '../config/render.ts';
import { exitCodeOf } from './exit-codes.ts';
import { hasColor, paint, printJson } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Tells people on stderr, and programs that asked for JSON on stdout, why it failed. Returns the exit code. */
export function reportError(error: unknown, { asJson }: { asJson: boolean }): number {
  const {
    code,
    message = String(error),
    problems,
  } = (error ?? {}) as Partial<NodeJS.ErrnoException & Pick<ConfigError, 'problems'>>;
  if (asJson) printJson({ error: { code, message, problems } });
  if (process.env.MILLRACE_DEBUG === '1') {
    process.stderr.write(`${inspect(error)}\n`);
  } else if (problems !== undefined) {
    printProblems(problems);
  } else {
    const label = paint('red', 'server:', hasColor(process.stderr));
    const lines = message.split('\n').map(escapeControls).join('\n');
    process.stderr.write(`${label} ${lines}\n`);
    if (error instanceof UsageError) {
      process.stderr.write(`Try "server ${error.verb ? `${error.verb} ` : ''}--help".\n`);
    }
  }
  return exitCodeOf(error);
}

/** On a terminal each with its line of the file; elsewhere a line each, for other programs to read. */
export function printProblems(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const text = renderProblems(problems, {
    color: hasColor(process.stderr),
    excerpts: process.stderr.isTTY === true || hasColor(process.stderr),
    sources: readSources(problems),
  });
  process.stderr.write(text);
}

function readSources(problems: readonly Problem[]): Map<string, string> {
  const sources = new Map<string, string>();
  for (const { file, line } of problems) {
    if (file === undefined || line === undefined || sources.has(file)) continue;
    try {
      sources.set(file, readFileSync(file, 'utf8'));
    } catch {
      // It was there a moment ago; the problem is told without its line.
    }
  }
  return sources;
}
