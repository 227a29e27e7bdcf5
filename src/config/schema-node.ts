/** How a change of a key is applied: in place, by new workers, by a new store, or by a new daemon. */
export type ReloadClass = 'live' | 'workers' | 'store' | 'restart';

/** The part of JSON Schema (draft-07) that the configuration schema uses. */
export interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly additionalProperties?: boolean;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly 'x-reload'?: ReloadClass;
  /** Never quoted anywhere; may be given as `{ file = "…" }` or `{ env = "…" }`. */
  readonly 'x-secret'?: boolean;
  /** A file or folder, made absolute when the configuration is loaded. */
  readonly 'x-path'?: boolean;
  /** Not available in this version: any value but the default is refused. */
  readonly 'x-planned'?: boolean;
  /** Values of the enumeration that are not available in this version. */
  readonly 'x-planned-values'?: readonly string[];
  /** What the pattern asks for, in words. */
  readonly 'x-pattern-message'?: string;
}
