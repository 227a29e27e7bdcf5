/** The part of `[daemon]` that says what follows a crash. */
export interface RestartLimits {
  readonly auto_restart: boolean;
  readonly max_restarts: number;
  readonly restart_cooldown_secs: number;
}

export type RestartDecision =
  | { readonly action: 'restart'; readonly delayMs: number; readonly crashesInRow: number }
  | { readonly action: 'give-up'; readonly reason: string };

/** The wait after the second crash in a row; the first restart is at once. */
const DELAY_MS_MIN = 100;

/**
 * What follows a crash. `uptimesMs` are the lives of the crashed processes of one kind, oldest first, in
 * milliseconds. The first crash is answered at once, the following ones after a wait that doubles up to the
 * cooldown. A process that lived for the cooldown clears the count.
 */
export function decideRestart(uptimesMs: readonly number[], limits: RestartLimits): RestartDecision {
  if (!limits.auto_restart) return { action: 'give-up', reason: 'daemon.auto_restart is false' };
  const cooldownMs = limits.restart_cooldown_secs * 1000;
  const lastHealthy = uptimesMs.findLastIndex((uptimeMs) => uptimeMs >= cooldownMs);
  const crashesInRow = lastHealthy < 0 ? uptimesMs.length : uptimesMs.length - lastHealthy;
  if (crashesInRow > limits.max_restarts) {
    return {
      action: 'give-up',
      reason: `${crashesInRow} crashes in a row, each within ${limits.restart_cooldown_secs} s (daemon.max_restarts is ${limits.max_restarts})`,
    };
  }
  const delayMs = crashesInRow <= 1 ? 0 : Math.min(DELAY_MS_MIN * 2 ** (crashesInRow - 2), cooldownMs);
  return { action: 'restart', delayMs, crashesInRow };
}
