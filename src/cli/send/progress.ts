import { formatCount } from './render-report.ts';

const INTERVAL_MS = 100;
const BAR_WIDTH = 30;
/** Fewer messages are gone before anybody reads a bar. */
const COUNT_MIN = 10_000;

export interface Progress {
  update(sent: number): void;
  /** Wipes the bar away. */
  end(): void;
}

/** A bar on a terminal; elsewhere, or for small counts, nothing. */
export function createProgress(count: number, stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY || count < COUNT_MIN || process.env.TERM === 'dumb') return { update() {}, end() {} };
  const startedAt = performance.now();
  let shownAt = startedAt;
  return {
    update(sent) {
      const now = performance.now();
      if (now - shownAt < INTERVAL_MS) return;
      shownAt = now;
      const rate = Math.round(sent / ((now - startedAt) / 1000));
      stream.write(
        `\r${renderBar(sent / count)} ${formatCount(sent)}/${formatCount(count)}  ${formatCount(rate)}/s\x1b[K`,
      );
    },
    end() {
      if (shownAt > startedAt) stream.write('\r\x1b[K');
    },
  };
}

export function renderBar(share: number): string {
  const full = Math.floor(share * BAR_WIDTH);
  return `[${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}
