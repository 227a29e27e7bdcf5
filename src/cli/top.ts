import { setTimeout as delay } from 'node:timers/promises';
import { defineCommand } from 'citty';
import { type Paths, resolvePaths } from '../config/paths.ts';
import { EXIT } from './exit-codes.ts';
import { COMMON_FLAGS, JSON_FLAG, PLACE_FLAGS } from './flags.ts';
import { loadPlace } from './locate-server.ts';
import { readLoadOptions } from './overrides.ts';
import { parseWholeNumber } from './parse-number.ts';
import { renderFrame } from './top/render-frame.ts';
import { compareSamples, type Rates, type Sample, takeSample } from './top/sample.ts';
import { Screen } from './top/screen.ts';
import { UsageError } from './usage-error.ts';

const INTERVAL_MS = 1000;
const FRAMES_MAX = 1_000_000;

export const topVerb = defineCommand({
  meta: {
    description:
      'Shows what the running server does, live: processes, listeners, rates, refusals. Each second anew, until "q" or Ctrl-C, also while the server is away. Without a terminal, or with --once, -n or --json, it prints one frame after the other; exit code 69 if no server answered the last one.',
  },
  args: {
    ...COMMON_FLAGS,
    frames: { type: 'string', alias: 'n', valueHint: 'N', description: 'Print so many frames, one a second' },
    once: { type: 'boolean', description: 'The same as -n 1' },
    ...PLACE_FLAGS,
    json: { ...JSON_FLAG, description: 'Print JSON, a line for each frame' },
  },
  async run({ args, rawArgs }): Promise<number> {
    if (args.once && args.frames !== undefined) throw new UsageError('give --once or -n, not both');
    const given = args.frames === undefined ? undefined : parseWholeNumber('-n', args.frames, 1, FRAMES_MAX);
    const frames = args.once ? 1 : given;
    const { config } = await loadPlace(readLoadOptions(rawArgs));
    const paths = resolvePaths(config);
    if (frames === undefined && !args.json && process.stdout.isTTY) return showScreen(paths);
    return printFrames(paths, frames ?? Number.POSITIVE_INFINITY, args.json === true);
  },
});

async function showScreen(paths: Paths): Promise<number> {
  const screen = new Screen(process.stdout, process.stdin);
  screen.open();
  try {
    let previous: Sample | undefined;
    while (!screen.ended.aborted) {
      const sample = await takeSample(paths);
      if (screen.ended.aborted) break;
      screen.draw(renderFrame(sample.status, compareSamples(previous, sample), new Date()));
      previous = sample;
      await delay(INTERVAL_MS, undefined, { signal: screen.ended }).catch(() => {});
    }
  } finally {
    screen.close();
  }
  return screen.exitCode;
}

/** The first comes after a second too: rates are differences. */
async function printFrames(paths: Paths, count: number, asJson: boolean): Promise<number> {
  const gone = new AbortController();
  for (const event of ['error', 'close']) process.stdout.once(event, () => gone.abort());
  let previous = await takeSample(paths);
  for (let i = 0; i < count; i += 1) {
    await delay(INTERVAL_MS, undefined, { signal: gone.signal }).catch(() => {});
    if (gone.signal.aborted) return EXIT.done;
    const sample = await takeSample(paths);
    printFrame(sample, compareSamples(previous, sample), asJson);
    previous = sample;
  }
  return previous.status === undefined ? EXIT.unreachable : EXIT.done;
}

function printFrame({ status }: Sample, rates: Rates | undefined, asJson: boolean): void {
  const now = new Date();
  if (asJson) {
    const { cpu, ...perSecond } = rates ?? {};
    const frame = {
      at: now.toISOString(),
      status: status ?? null,
      per_second: rates === undefined ? null : perSecond,
      cpu_percent: Object.fromEntries(cpu ?? []),
    };
    process.stdout.write(`${JSON.stringify(frame)}\n`);
    return;
  }
  const lines = renderFrame(status, rates, now).map(({ text }) => text);
  process.stdout.write(`${lines.join('\n')}\n\n`);
}
