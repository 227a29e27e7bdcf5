import { styleText } from 'node:util';

/** FORCE_COLOR is stronger than NO_COLOR, as in Node itself; without either, only a terminal gets colour. */
export function hasColor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR);
  if (env.NO_COLOR || env.TERM === 'dumb') return false;
  return stream.isTTY === true;
}

export type Format = Extract<Parameters<typeof styleText>[0], string>;

export function paint(format: Format, text: string, isColored: boolean): string {
  return isColored ? styleText(format, text, { validateStream: false }) : text;
}

/** JSON for machines: indented, since people read it as well. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
