/** `npm run bench -- [case] [options]`; without a case, all of them. */
import { cpus } from 'node:os';
import { benchLifecycle } from './lifecycle.ts';
import { benchLogFrames } from './log-frames.ts';

const CASES: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  'log-frames': benchLogFrames,
  lifecycle: benchLifecycle,
};

const [name, ...args] = process.argv.slice(2);
const chosen = name === undefined ? Object.keys(CASES) : [name];
console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`);
for (const each of chosen) {
  const run = CASES[each];
  if (run === undefined) {
    console.error(`there is no case "${each}"; there are: ${Object.keys(CASES).join(', ')}`);
    process.exitCode = 64;
    break;
  }
  console.log(`\n# ${each}`);
  await run(args);
}
