import { parse, TomlDate, TomlError } from 'smol-toml';
import type { KeyPath } from './key-path.ts';
import type { Finding, Problem } from './problem.ts';
import { explainTomlMistake } from './toml-mistakes.ts';
import type { Tree } from './tree.ts';

/** Far above any configuration; what is larger is another file. */
export const FILE_BYTES_MAX = 1024 * 1024;
const DEPTH_MAX = 32;

export interface Document {
  readonly text: string;
  /** Undefined where the text is not TOML. */
  readonly tree?: Tree;
  readonly problems: readonly Problem[];
  readonly findings: readonly Finding[];
}

/** From bytes to plain tables, lists and values. */
export function parseDocument(bytes: Uint8Array, file: string): Document {
  const refuse = (problem: Omit<Problem, 'severity' | 'file'>, text = ''): Document => {
    return { text, problems: [{ ...problem, severity: 'error', file }], findings: [] };
  };
  if (bytes.length > FILE_BYTES_MAX) {
    return refuse({
      code: 'CFG0106',
      message: `the file has ${bytes.length} bytes; a configuration has at most ${FILE_BYTES_MAX}`,
      hint: 'check that this is the configuration file',
    });
  }
  const text = decodeText(bytes);
  if (typeof text !== 'string') {
    return refuse({
      code: 'CFG0105',
      ...text,
      length: 1,
      message: 'the file is not UTF-8 text',
      hint: 'save it as UTF-8',
    });
  }
  try {
    const findings: Finding[] = [];
    const raw = parse(text, {
      integersAsBigInt: 'asNeeded',
      maxDepth: DEPTH_MAX,
      unsafeKeyBehaviour: 'throw',
    });
    return { text, tree: toPlain(raw, [], findings) as Tree, problems: [], findings };
  } catch (error) {
    if (error instanceof TomlError) return refuse(explainTomlMistake(text, error), text);
    throw error;
  }
}

/** The text, or the place of the first byte that is not UTF-8. */
function decodeText(bytes: Uint8Array): string | { line: number; column: number } {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const before = new TextDecoder().decode(bytes).split('\ufffd', 1)[0]!.split('\n');
    return { line: before.length, column: before.at(-1)!.length + 1 };
  }
}

/** Tables without a prototype become plain ones, big integers numbers (out of every range), dates findings. */
function toPlain(value: unknown, path: KeyPath, findings: Finding[]): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof TomlDate) {
    findings.push({
      code: 'CFG0208',
      severity: 'error',
      path,
      at: 'value',
      message: 'a date or time is not expected here',
      hint: 'no key takes a date; put text in quotes',
    });
    return value.toISOString();
  }
  if (Array.isArray(value)) return value.map((item, index) => toPlain(item, [...path, index], findings));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([key, child]) => [key, toPlain(child, [...path, key], findings)]));
  }
  return value;
}
