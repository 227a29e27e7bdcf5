import type { Change } from '../config/diff.ts';
import type { LogLevel } from '../observe/log-record.ts';
import type { Status } from './status.ts';

/** What came of a reload that was not refused. */
export interface ReloadResult {
  readonly outcome: 'applied' | 'unchanged' | 'planned';
  /** The revision that runs now. */
  readonly revision: number;
  readonly changes: readonly Change[];
  readonly duration_ms: number;
  /** Goes back at this time unless it is confirmed; ISO 8601. */
  readonly confirm_until: string | null;
  /** To which revision it goes back then. */
  readonly back_to: number | null;
}

/** Times in milliseconds since the epoch. */
export interface DeviceTokenFacts {
  readonly tokenId: string;
  readonly deviceType: string;
  readonly deviceId: string;
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

/** An applied configuration. */
export interface RevisionFacts {
  readonly revision: number;
  /** ISO 8601. */
  readonly at: string;
  /** Such as `start`, `SIGHUP`, `server reload`, `config.toml changed`, `rollback to 3`. */
  readonly by: string;
  /** SHA-256 of the file's bytes in hex; empty without a file. */
  readonly hash: string;
  readonly file: string | null;
  readonly is_running: boolean;
}

/** The methods of the control socket by name: JSON-RPC 2.0 (jsonrpc.org/specification), one object a line. */
export interface ControlApi {
  status: { params: Record<string, never>; result: Status };
  stop: { params: { mode: 'graceful' | 'quick' }; result: { pid: number } };
  /** The workers alone by a handover, which is done when this is answered; or the whole daemon, afterwards. */
  restart: {
    params: { scope: 'workers' | 'daemon' };
    result: { pid: number; workers: number; duration_ms: number };
  };
  /**
   * An answer with the error `ERR_CONFIG_INVALID` has `problems`; one with `ERR_RELOAD_FAILED` says what could
   * not be had. In both cases the daemon runs as before.
   */
  reload: { params: { dry_run?: boolean; confirm_secs?: number }; result: ReloadResult };
  /** Keeps what a reload with `confirm_secs` has applied. */
  confirm: { params: Record<string, never>; result: { revision: number } };
  history: { params: Record<string, never>; result: { revisions: RevisionFacts[] } };
  /** Between two revisions, or from what runs to the file. */
  diff: { params: { from?: number; to?: number }; result: { changes: Change[] } };
  rollback: { params: { revision: number }; result: ReloadResult };
  /** For a device that sends (`forwarder`) or gets (`receiver`) events. The token is told here and nowhere else. */
  'create-token': {
    params: { device_type: string; device_id: string };
    result: DeviceTokenFacts & { token: string };
  };
  'list-tokens': { params: Record<string, never>; result: { tokens: DeviceTokenFacts[] } };
  'revoke-token': { params: { token_id: string }; result: { revoked: true } };
  /** Opens the log files anew. */
  reopen: { params: Record<string, never>; result: { files: string[] } };
  /** Of the daemon's own log, until the next reload that changes it. */
  'set-level': { params: { level: LogLevel }; result: { from: LogLevel; to: LogLevel } };
  /**
   * The last lines of the daemon's own log, as JSON texts. With `follow`, each further line comes as a
   * notification `{"jsonrpc":"2.0","method":"line","params":{"line":"…"}}` until the client closes.
   */
  tail: { params: { lines: number; follow?: boolean }; result: { lines: string[] } };
}
