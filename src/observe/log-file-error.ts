/** The daemon's own log file cannot be opened, written or rotated. */
export class LogFileError extends Error {
  readonly code = 'ERR_LOG_FILE';
  /** It may work later, when there is room or the folder is back. */
  readonly retryable = true;
  /** The lines that were being written are in the file all the same. */
  readonly isWritten: boolean;
  /** The old files could not be renamed; without rotation it would have worked. */
  readonly isRotation: boolean;

  constructor(
    path: string,
    attempt: 'open' | 'write' | 'rotate',
    cause: unknown,
    { isWritten = false, isRotation = attempt === 'rotate' } = {},
  ) {
    super(`cannot ${attempt} the log file ${path}: ${describe(cause)}`, { cause });
    this.isWritten = isWritten;
    this.isRotation = isRotation;
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'permission denied; let the user that runs the server write there, or change logging.file',
  EPERM: 'not permitted; let the user that runs the server write there, or change logging.file',
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'the quota is used up; make room',
  EROFS: 'the file system is read-only; change logging.file',
  EISDIR: 'there is a folder of this name',
  ENOTDIR: 'a part of the path is not a folder',
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
};

function describe(cause: unknown): string {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return REMEDIES[code] === undefined ? message : `${REMEDIES[code]} (${code})`;
}
