/** `npm run campaign -- <campaign> [part …] [options]`; exits with 1 when a promise is broken. */
import { runLifecycle } from './lifecycle.ts';

const CAMPAIGNS: Readonly<Record<string, (args: readonly string[]) => Promise<boolean>>> = {
  lifecycle: runLifecycle,
};

const [name = '', ...args] = process.argv.slice(2);
const campaign = CAMPAIGNS[name];
if (campaign === undefined) {
  console.error(`there is no campaign "${name}"; there are: ${Object.keys(CAMPAIGNS).join(', ')}`);
  process.exitCode = 64;
} else {
  process.exitCode = (await campaign(args)) ? 0 : 1;
}
