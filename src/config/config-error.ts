import type { Problem } from './problem.ts';

/** The configuration cannot be used; `problems` has everything that is wrong with it. */
export class ConfigError extends Error {
  readonly code = 'ERR_CONFIG_INVALID';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    const first = problems.find((problem) => problem.severity === 'error');
    const more = problems.filter((problem) => problem.severity === 'error').length - 1;
    const key = first?.key && !first.message.includes(first.key) ? `${first.key}: ` : '';
    super(
      `the configuration cannot be used: ${key}${first?.message ?? 'no reason given'}${more > 0 ? ` (and ${more} more)` : ''}`,
      options,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
