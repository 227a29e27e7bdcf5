/** The command line cannot be understood. */
export class UsageError extends Error {
  readonly code: 'ERR_USAGE' | 'ERR_NOT_AVAILABLE';
  /** The verb whose help tells more, such as `config show`; empty for the program's own. */
  verb = '';

  constructor(message: string, code: UsageError['code'] = 'ERR_USAGE') {
    super(message);
    this.name = 'UsageError';
    this.code = code;
  }
}
