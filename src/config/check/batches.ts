import type { Finding } from '../problem.ts';
import type { Config } from '../types.generated.ts';

export function checkBatches({ logs }: Config): Finding[] {
  if (logs.initial_batch_size <= logs.max_batch_size) return [];
  return [
    {
      code: 'CFG0441',
      severity: 'error',
      path: ['logs', 'initial_batch_size'],
      at: 'value',
      message: `${logs.initial_batch_size} is more than logs.max_batch_size (${logs.max_batch_size})`,
      hint: 'lower it, or raise logs.max_batch_size',
      found: String(logs.initial_batch_size),
      allowed: `at most ${logs.max_batch_size}`,
    },
  ];
}
