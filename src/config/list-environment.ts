import { keyVariable } from './explain.ts';
import { LEGACY_VARIABLES } from './legacy-variables.ts';
import { describeKeys } from './schema.ts';

export interface EnvironmentVariable {
  readonly variable: string;
  /** The key that it sets; several joined by a comma. */
  readonly key: string;
  readonly description: string;
  readonly default: unknown;
  /** Not available in this version. */
  readonly isPlanned: boolean;
  /** Of another program's convention; ignored with a warning where it does not fit. */
  readonly isLegacy: boolean;
}

/** Every environment variable that sets a key. */
export function listEnvironment(): EnvironmentVariable[] {
  const keys = describeKeys();
  const own = keys.map((key) => ({
    variable: keyVariable(key),
    key: key.key,
    description: key.description,
    default: key.default,
    isPlanned: key.isPlanned,
    isLegacy: false,
  }));
  const legacy = LEGACY_VARIABLES.map(({ variable, keys: names, description }) => {
    const first = keys.find((key) => key.key === names[0])!;
    return {
      variable,
      key: names.join(', '),
      description,
      default: names.length === 1 ? first.default : undefined,
      isPlanned: first.isPlanned,
      isLegacy: true,
    };
  });
  return [...own, ...legacy];
}
