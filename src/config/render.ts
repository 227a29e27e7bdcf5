import { relative } from 'node:path';
import { escapeControls } from './escape-controls.ts';
import { excerpt } from './excerpt.ts';
import { paint } from './paint.ts';
import type { Problem } from './problem.ts';

export interface RenderOptions {
  readonly color: boolean;
  /** Each with its line of the source and a mark under the place; by default where there is colour. */
  readonly excerpts?: boolean;
  /** The texts of the files that problems name. */
  readonly sources?: ReadonlyMap<string, string>;
  readonly cwd?: string;
}

/** The problems for people, one or several lines each. */
export function renderProblems(problems: readonly Problem[], options: RenderOptions): string {
  const cwd = options.cwd ?? process.cwd();
  const withExcerpts = options.excerpts ?? options.color;
  return problems
    .map((problem) => (withExcerpts ? renderLong(problem, options, cwd) : renderShort(problem, cwd)))
    .join('');
}

/** `config.toml:14:8: network.port: 70000 is too large (at most 65535); give a number …` */
function renderShort(problem: Problem, cwd: string): string {
  const isWarning = problem.severity === 'warning' ? 'warning: ' : '';
  const hint = problem.hint ? `; ${problem.hint}` : '';
  return `${escapeControls(`${placeOf(problem, cwd)}${isWarning}${headline(problem)}${hint}`)}\n`;
}

/** `config.toml:14:1  error[CFG0102] unknown key "network.prot"`, the line and the mark. */
function renderLong(problem: Problem, options: RenderOptions, cwd: string): string {
  const place = placeOf(problem, cwd).replace(/: $/, '');
  const tone = problem.severity === 'error' ? 'red' : 'yellow';
  const label = paint(`${problem.severity}[${problem.code}]`, tone, options.color);
  const title = [place && `${paint(escapeControls(place), 'bold', options.color)}  `, label].join('');
  const head = `${title} ${escapeControls(headline(problem))}\n`;
  const lines = excerpt(problem, options.sources?.get(problem.file ?? ''));
  const hint = escapeControls(problem.hint ?? '');
  if (!lines) return hint ? `${head}    ${hint}\n` : head;
  const { number, line, marker } = lines;
  const gutter = ' '.repeat(number.length);
  return [
    head,
    `   ${paint(`${number} |`, 'dim', options.color)} ${line}\n`,
    `   ${paint(`${gutter} |`, 'dim', options.color)} ${paint(`${marker} ${hint}`.trimEnd(), tone, options.color)}\n`,
  ].join('');
}

/** The key is not said twice. */
function headline({ key, message }: Problem): string {
  return key === undefined || message.includes(`"${key}"`) ? message : `${key}: ${message}`;
}

/** Empty where the message itself begins with the file, as for one that cannot be read. */
function placeOf({ file, line, column, message }: Problem, cwd: string): string {
  if (file === undefined || (line === undefined && message.startsWith(`${file} `))) return '';
  const near = relative(cwd, file);
  const name = file.startsWith('/') && near !== '' && near.length < file.length ? near : file;
  return line === undefined ? `${name}: ` : `${name}:${line}:${column ?? 1}: `;
}
