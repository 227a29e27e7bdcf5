/** The exit codes of every verb, after sysexits.h where it has one. */
export const EXIT = {
  done: 0,
  failed: 1,
  notRunning: 3,
  usage: 64,
  unreachable: 69,
  gaveUp: 70,
  cannotCreate: 73,
  tryAgain: 75,
  noPermission: 77,
  config: 78,
} as const;

const BY_CODE: Readonly<Record<string, number>> = {
  ERR_USAGE: EXIT.usage,
  ERR_NOT_AVAILABLE: EXIT.usage,
  ERR_CONFIG_KEY_UNKNOWN: EXIT.usage,
  ERR_CONFIG_INVALID: EXIT.config,
  ERR_RELOAD_FAILED: EXIT.config,
  ERR_NOTHING_TO_CONFIRM: EXIT.failed,
  ERR_NOT_RUNNING: EXIT.unreachable,
  ERR_CONTROL_UNREACHABLE: EXIT.unreachable,
  ERR_CONTROL_TIMEOUT: EXIT.unreachable,
  ERR_CONTROL_BUSY: EXIT.tryAgain,
  ERR_CONTROL_DENIED: EXIT.noPermission,
  ERR_CANNOT_CREATE: EXIT.cannotCreate,
  ERR_PID_FILE: EXIT.cannotCreate,
  ERR_DIRECTORY: EXIT.cannotCreate,
  ERR_ALREADY_RUNNING: EXIT.tryAgain,
  ERR_STOP_TIMEOUT: EXIT.tryAgain,
  ERR_STILL_AT_WORK: EXIT.tryAgain,
  EACCES: EXIT.noPermission,
  EPERM: EXIT.noPermission,
};

/** By the error's own `exitCode`, else its `code`, else that of what caused it. */
export function exitCodeOf(error: unknown): number {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code, exitCode } = each as Error & { code?: unknown; exitCode?: unknown };
    if (typeof exitCode === 'number') return exitCode;
    if (typeof code === 'string' && Object.hasOwn(BY_CODE, code)) return BY_CODE[code] as number;
  }
  return EXIT.failed;
}
