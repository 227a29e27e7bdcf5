import { parseArgs } from 'node:util';
import { runBurst } from './lifecycle/burst.ts';
import { runKill } from './lifecycle/kill.ts';
import { runReload } from './lifecycle/reload.ts';
import { runRotateCertificate } from './lifecycle/rotate-certificate.ts';
import type { Scale } from './lifecycle/scale.ts';
import { Report } from './report.ts';
import { Undo } from './undo.ts';

type Part = (report: Report, undo: Undo, scale: Scale) => Promise<void>;

const PARTS: Readonly<Record<string, Part>> = {
  burst: runBurst,
  reload: runReload,
  kill: runKill,
  'rotate-certificate': runRotateCertificate,
};

/**
 * Reloads, handovers and kills under load: `npm run campaign -- lifecycle [part …] [--seed N] [--signals N] …`.
 * Returns whether every promise was kept.
 */
export async function runLifecycle(args: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      signals: { type: 'string', default: '1000' },
      connections: { type: 'string', default: '500' },
      visits: { type: 'string', default: '50' },
      reloads: { type: 'string', default: '200' },
      handovers: { type: 'string', default: '20' },
      mistakes: { type: 'string', default: '20' },
      kills: { type: 'string', default: '100' },
    },
  });
  const scale = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number(value)]),
  ) as unknown as Scale;
  const unknown = positionals.filter((name) => PARTS[name] === undefined);
  if (unknown.length > 0) {
    console.error(`there is no part "${unknown[0]}"; there are: ${Object.keys(PARTS).join(', ')}`);
    return false;
  }
  console.log(`seed ${scale.seed}`);
  let isKept = true;
  for (const [name, run] of Object.entries(PARTS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const report = new Report(name);
    const undo = new Undo();
    try {
      await run(report, undo, scale);
    } catch (error) {
      report.promise('the part came to its end', false);
      report.detail((error as Error).stack ?? String(error));
    } finally {
      await undo.run();
    }
    report.print();
    isKept &&= report.isKept;
  }
  return isKept;
}
