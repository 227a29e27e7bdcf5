/** What the validator reports: the part of ajv's error that is used. */
export interface SchemaError {
  /** A JSON pointer to the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Validator {
  (tree: unknown): boolean;
  /** Those of the last call. */
  readonly errors?: readonly SchemaError[] | null;
}
