import type { ReadStream, WriteStream } from 'node:tty';
import { hasColor, paint } from '../terminal.ts';
import type { FrameLine } from './render-frame.ts';

/** The alternate screen keeps what was on the terminal; the cursor would only flicker. */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const CTRL_C = '\u0003';

/** As a shell tells the end by a signal. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A whole terminal that is drawn anew in place, and given back as it was however the program ends. */
export class Screen {
  readonly #output: WriteStream;
  readonly #input: ReadStream;
  readonly #ended = new AbortController();
  #lines: readonly FrameLine[] = [];
  #exitCode = 0;

  constructor(output: WriteStream, input: ReadStream) {
    this.#output = output;
    this.#input = input;
  }

  /** Aborted by `q`, Ctrl-C, a signal, or when the terminal is gone. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  get exitCode(): number {
    return this.#exitCode;
  }

  open(): void {
    this.#output.write(ENTER);
    this.#output.on('resize', this.#redraw).on('error', this.#end).on('close', this.#end);
    process.on('exit', this.#restore).on('uncaughtExceptionMonitor', this.#restore);
    for (const signal of Object.keys(SIGNALS)) process.on(signal, this.#onSignal);
    if (this.#input.isTTY) this.#input.setRawMode(true).setEncoding('utf8').on('data', this.#onKey);
  }

  draw(lines: readonly FrameLine[]): void {
    this.#lines = lines;
    this.#redraw();
  }

  close(): void {
    this.#output.off('resize', this.#redraw).off('error', this.#end).off('close', this.#end);
    process.off('exit', this.#restore).off('uncaughtExceptionMonitor', this.#restore);
    for (const signal of Object.keys(SIGNALS)) process.off(signal, this.#onSignal);
    this.#restore();
    this.#input.off('data', this.#onKey).pause();
  }

  readonly #redraw = (): void => {
    const { columns = 80, rows = 24 } = this.#output;
    const isColored = hasColor(this.#output);
    const lines = this.#lines.slice(0, rows).map(({ text, format }) => {
      const cut = text.slice(0, columns);
      return `${format === undefined ? cut : paint(format, cut, isColored)}${CLEAR_LINE_END}`;
    });
    this.#output.write(`${HOME}${lines.join('\r\n')}${CLEAR_BELOW}`);
  };

  readonly #restore = (): void => {
    if (this.#input.isTTY) this.#input.setRawMode(false);
    this.#output.write(LEAVE);
  };

  readonly #onKey = (keys: string): void => {
    if (keys.includes(CTRL_C)) this.#onSignal('SIGINT');
    else if (/q/i.test(keys)) this.#end();
  };

  readonly #onSignal = (signal: string): void => {
    this.#exitCode = SIGNALS[signal as keyof typeof SIGNALS];
    this.#end();
  };

  readonly #end = (): void => this.#ended.abort();
}
