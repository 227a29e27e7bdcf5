import type { Problem } from '../config/problem.ts';

/** What `server status` tells. Times in ISO 8601, sizes in bytes. */
export interface Status {
  readonly version: string;
  readonly node: string;
  readonly name: string;
  readonly state: 'starting' | 'running' | 'stopping';
  readonly pid: number;
  readonly started_at: string;
  readonly uptime_secs: number;
  readonly config_file: string | null;
  readonly config: ConfigStatus;
  readonly data_dir: string;
  readonly log_file: string;
  readonly ready: boolean;
  /** Why not, one line each. */
  readonly reasons: readonly string[];
  readonly processes: readonly ProcessStatus[];
  readonly listeners: readonly ListenerStatus[];
  readonly connections: { readonly open: number; readonly total: number; readonly max: number };
  readonly records: {
    /** Log messages ever stored: the next sequence number. */
    readonly stored: number;
    readonly per_second: number;
    /** Bytes of lines since the start. */
    readonly bytes: number;
    readonly rotations: number;
  };
  /** Refusals, faults and the like by name, of the running workers. */
  readonly counts: Readonly<Record<string, number>>;
  /** The last line of level ERROR or FATAL in the daemon's own log. */
  readonly last_error: { readonly timestamp: string; readonly message: string } | null;
}

/** Which configuration runs, and how it stands to the file. */
export interface ConfigStatus {
  /** 0 while the first one is being applied. */
  readonly revision: number;
  readonly loaded_at: string;
  /** Such as `start`, `SIGHUP`, `server reload`. */
  readonly loaded_by: string;
  /** Keys whose new value waits for a restart of the daemon. */
  readonly pending_restart: readonly string[];
  /** Whether the file on the disk is another one than what runs. */
  readonly file_differs: boolean;
  /** When the configuration goes back by itself unless it is confirmed. */
  readonly confirm_until: string | null;
  /** The level of the daemon's own log where it was set by hand and is not the configured one. */
  readonly level_override: string | null;
  /** The last reload that changed nothing, if none was applied since. */
  readonly refused: {
    readonly at: string;
    readonly by: string;
    readonly message: string;
    readonly problems: readonly Problem[];
  } | null;
}

export interface ProcessStatus {
  readonly role: 'supervisor' | 'store' | 'worker';
  /** A worker that was replaced is `draining` until its last connection has ended. */
  readonly state: string;
  readonly pid: number | null;
  readonly uptime_secs: number | null;
  readonly restarts: number;
  readonly memory_bytes: number | null;
  readonly last_exit: string | null;
  /** The last lines on the standard error of the last process here that crashed. */
  readonly last_words: readonly string[];
}

export interface ListenerStatus {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  readonly protocols: readonly string[];
}
