import type { KeyPath } from './key-path.ts';

/** What gave a key its value, lowest precedence first; `built-in` stands in for a file that is not there. */
export type Layer = 'default' | 'built-in' | 'file' | 'env-file' | 'environment' | 'flag';

export interface Origin {
  readonly layer: Layer;
  /** `config.toml:14:8`, the variable, or the flag. */
  readonly at?: string;
}

/** A value that does not come from the configuration file. */
export interface Override {
  readonly path: KeyPath;
  readonly value: unknown;
  readonly origin: Origin;
  /** A variable that other programs use too: what does not fit is ignored with a warning. */
  readonly isLegacy: boolean;
}
