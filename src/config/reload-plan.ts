import { type Change, diffConfigs } from './diff.ts';
import { schema } from './schema.ts';
import { freezeDeep, type Tree } from './tree.ts';
import type { Config } from './types.generated.ts';

/** What it takes to go from one configuration to another. */
export interface ReloadPlan {
  /** From what runs to what was asked for, also what has to wait for a restart. */
  readonly changes: readonly Change[];
  /** What a reload can bring about: the new configuration, but the running values of keys that need a restart. */
  readonly effective: Config;
  readonly needs: {
    /** A change in place, in whichever process reads the key. */
    readonly live: boolean;
    /** New workers. */
    readonly workers: boolean;
    /** A new store. */
    readonly store: boolean;
  };
  /** The keys whose change waits for a restart of the daemon. */
  readonly pendingRestart: readonly string[];
}

export function planReload(running: Config, next: Config): ReloadPlan {
  const changes = diffConfigs(running, next);
  const needs = (how: Change['how']) => changes.some((change) => change.how === how);
  return {
    changes,
    effective: keepUntilRestart(running, next),
    needs: { live: needs('live'), workers: needs('workers'), store: needs('store') },
    pendingRestart: changes.filter(({ how }) => how === 'restart').map(({ key }) => key),
  };
}

function keepUntilRestart(running: Config, next: Config): Config {
  const effective = structuredClone(next) as unknown as Record<string, Tree>;
  const before = running as unknown as Record<string, Tree>;
  for (const [section, node] of Object.entries(schema.properties ?? {})) {
    for (const [name, child] of Object.entries(node.properties ?? {})) {
      if (child['x-reload'] === 'restart') effective[section]![name] = before[section]![name];
    }
  }
  return freezeDeep(effective as unknown as Config);
}
