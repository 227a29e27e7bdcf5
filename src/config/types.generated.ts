// Generated from schemas/config.schema.json by "npm run generate". Do not edit.

/** The whole configuration, with every default filled in. */
export interface Config {
  /** The port that carries every protocol: the first bytes of a connection decide which one it speaks. */
  readonly network: NetworkConfig;
  /** Ports beside the universal one, each a table [[listeners]] of its own, for clients that expect a port of their own. */
  readonly listeners: readonly ListenerConfig[];
  /** The certificate and the rules for encrypted connections. */
  readonly tls: TlsConfig;
  /** What the daemon tells about its own life. The messages that clients send are the matter of [logs]. */
  readonly logging: LoggingConfig;
  /** The log messages that clients send: how they are numbered, laid out and kept in files. */
  readonly logs: LogsConfig;
  /** The events that devices forward over WebSocket, and that receivers read from any position. */
  readonly streams: StreamsConfig;
  /** Where the data is kept, and how much of it. */
  readonly storage: StorageConfig;
  /** What the daemon answers over HTTP. */
  readonly http: HttpConfig;
  /** Authentication of people and devices. */
  readonly auth: AuthConfig;
  /** Figures about the daemon for monitoring systems. */
  readonly metrics: MetricsConfig;
  /** The processes: as whom and where they run, and what happens when one fails. */
  readonly daemon: DaemonConfig;
}

/** The port that carries every protocol: the first bytes of a connection decide which one it speaks. */
export interface NetworkConfig {
  /** The address that the universal port listens on. "127.0.0.1" takes connections from this machine only, "0.0.0.0" from every IPv4 network, "::" from every IPv6 network, and "localhost" means both loopback addresses. */
  readonly bind_address: string;
  /** The TCP port that carries every protocol. 0 lets the operating system choose a free one, which "server status" then shows. */
  readonly port: number;
  /** The number of client connections that each worker serves at once. More are closed as soon as they are accepted, and counted. Every connection costs memory, so lower it on a small machine. */
  readonly max_connections: number;
  /** How many seconds a client has for its TLS handshake and for the first bytes that show its protocol. A log connection that has begun may then stay silent for as long as it likes. */
  readonly connection_timeout_secs: number;
  /** Whether IPv6 addresses may be listened on. With false, "localhost" means 127.0.0.1 only, and an IPv6 bind address is refused. */
  readonly ipv6_enabled: boolean;
  /** Whether connections on the universal port begin with a PROXY protocol header (version 1 or 2) that a load balancer puts there to name the real client. */
  readonly proxy_protocol: boolean;
}

/** One more port, with the protocols that it carries. */
export interface ListenerConfig {
  /** The name of the port in status, logs and metrics. Every listener has another one; "main" is the universal port. */
  readonly name: string;
  /** The address that this port listens on, as in network.bind_address. */
  readonly bind_address: string;
  /** The TCP port. 0 lets the operating system choose a free one, which "server status" then shows. */
  readonly port: number;
  /** The path of a Unix domain socket to listen on instead of a TCP port. */
  readonly path: string;
  /** Whether this port speaks TLS, with the certificate of the [tls] section. Turn it off only on a loopback address or in a network that you trust. */
  readonly tls: boolean;
  /** The protocols that this port carries. An empty list means all of them. */
  readonly protocols: readonly ('log-frames' | 'http' | 'log-grpc' | 'log-syslog' | 'log-json')[];
}

/** The certificate and the rules for encrypted connections. */
export interface TlsConfig {
  /** Whether the universal port speaks TLS. It then needs a certificate: cert_file and key_file, or auto_generate. */
  readonly enabled: boolean;
  /** The PEM file with the server certificate, followed by the intermediate certificates if there are any. */
  readonly cert_file: string;
  /** The PEM file with the private key that belongs to cert_file. Only the user that runs the daemon should be able to read it. */
  readonly key_file: string;
  /** The PEM file with the authorities whose client certificates are accepted. */
  readonly ca_file: string;
  /** Whether a client without a certificate signed by ca_file is refused. */
  readonly require_client_certs: boolean;
  /** The oldest version of TLS that a client may speak. Choose "1.2" only for clients that cannot speak 1.3. */
  readonly min_version: '1.2' | '1.3';
  /** Whether the daemon makes its own certificate authority and server certificate under data_dir/certs where cert_file and key_file are not given, and renews the certificate in time. Clients have to trust data_dir/certs/ca.crt. Meant for development and closed networks. */
  readonly auto_generate: boolean;
}

/** What the daemon tells about its own life. The messages that clients send are the matter of [logs]. */
export interface LoggingConfig {
  /** The least important messages that are still written. "debug" and "trace" are for finding a fault and write a lot. */
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  /** How a message looks on the console: "json" for machines, "pretty" for people with time and origin, "compact" with level and message only. The log file is always JSON. */
  readonly format: 'json' | 'pretty' | 'compact';
  /** The file that the messages are written to as well. Without it they go to the console only. */
  readonly file: string;
  /** Whether the daemon rotates its log file by size. Turn it off where logrotate or newsyslog does that, and let them send SIGUSR1 afterwards. */
  readonly rotation: boolean;
  /** The size in MiB after which the log file is rotated. */
  readonly max_size_mb: number;
  /** The number of rotated files that are kept beside the current one. The log takes at most (max_files + 1) x max_size_mb MiB. */
  readonly max_files: number;
  /** What goes to the console: "auto" is pretty on a terminal and logging.format elsewhere; "json", "pretty" and "compact" are used everywhere; "off" writes nothing there. */
  readonly console: 'auto' | 'json' | 'pretty' | 'compact' | 'off';
}

/** The log messages that clients send: how they are numbered, laid out and kept in files. */
export interface LogsConfig {
  /** Whether log messages are taken from clients at all. */
  readonly enabled: boolean;
  /** The name with which this log server introduces itself in status and in its own log. */
  readonly name: string;
  /** The folder that the files are written to. Empty means the folder "logs" in storage.data_dir. */
  readonly directory: string;
  /** The name of the current file. Backups get ".0" (the newest), ".1" and so on after it. */
  readonly file_name: string;
  /** How a message is written: "fixed" pads the fields to columns, "plain" puts one space between them, "json" writes an object with all sixteen fields. */
  readonly format: 'fixed' | 'plain' | 'json';
  /** The size in bytes after which a file is rotated. No message is split between two files. Larger files cost less work under heavy load. */
  readonly max_file_bytes: number;
  /** The number of rotated files that are kept beside the current one; the oldest is deleted. 0 keeps none. */
  readonly backup_count: number;
  /** The number of messages that a worker gathers for the store when it begins; the number grows with the load up to max_batch_size. */
  readonly initial_batch_size: number;
  /** The largest number of messages that a worker hands to the store at once. */
  readonly max_batch_size: number;
  /** The number of batches that a worker may have under way to the store. When it is reached, or 4 MiB of lines are, nothing more is read from clients until the store has caught up. */
  readonly buffer_size: number;
  /** How often a write to the file that failed is tried again. After that, nothing more is read from clients until it works; nothing is dropped. */
  readonly max_retries: number;
  /** The milliseconds before the first retry. The delay doubles with each one. */
  readonly retry_delay_ms: number;
  /** When messages are forced to the disk: "batch" before they are acknowledged, "interval" every sync_interval_ms, "never" leaves it to the operating system. Only "batch" loses nothing that was acknowledged when the power fails. */
  readonly sync: 'batch' | 'interval' | 'never';
  /** The milliseconds between two syncs to the disk when logs.sync is "interval". */
  readonly sync_interval_ms: number;
  /** The largest message in bytes that is taken from a client. A client that announces a larger one is disconnected. */
  readonly max_message_bytes: number;
}

/** The events that devices forward over WebSocket, and that receivers read from any position. */
export interface StreamsConfig {
  /** Whether device events are taken and delivered. */
  readonly enabled: boolean;
  /** The seconds between two heartbeats to each device and receiver. */
  readonly heartbeat_secs: number;
  /** The seconds of silence after which a device counts as gone. */
  readonly timeout_secs: number;
  /** The largest number of events that is taken from a forwarder in one batch. */
  readonly max_batch_events: number;
  /** The number of events that are sent to a receiver in one batch while it catches up. */
  readonly replay_batch_events: number;
}

/** Where the data is kept, and how much of it. */
export interface StorageConfig {
  /** The folder that holds everything the daemon keeps: collected logs, generated certificates, the event database. One daemon per folder. It is made if it does not exist. */
  readonly data_dir: string;
  /** The address of a PostgreSQL database for device events, with user and password. Empty means an SQLite database in data_dir. */
  readonly database_url: string;
  /** The disk space in MiB that the data may take. */
  readonly max_disk_usage_mb: number;
  /** What happens when max_disk_usage_mb is reached: "reject" takes nothing new, "evict-oldest" deletes the oldest data. */
  readonly on_limit: 'reject' | 'evict-oldest';
  /** Whether older data is compressed. */
  readonly compression_enabled: boolean;
  /** The hours between two backups of the event database. 0 makes none. */
  readonly backup_interval_hours: number;
  /** The number of backups that are kept. */
  readonly backup_retention: number;
}

/** What the daemon answers over HTTP. */
export interface HttpConfig {
  /** Whether HTTP requests are answered: /healthz tells that the daemon lives, /readyz that it can take messages. */
  readonly enabled: boolean;
  /** Whether the web page with the state of the daemon is served. */
  readonly dashboard: boolean;
  /** The address under which clients reach the daemon, for links that it hands out. */
  readonly base_url: string;
  /** The origin of a dashboard that is served from elsewhere and may call this daemon (CORS). */
  readonly dashboard_origin: string;
}

/** Authentication of people and devices. */
export interface AuthConfig {
  /** The htpasswd file with the users that may log in. */
  readonly auth_file: string;
  /** Whether every client has to authenticate. */
  readonly require_auth: boolean;
  /** The token that allows everything over HTTP. Give it as { file = "..." } or { env = "..." } rather than in this file. */
  readonly admin_token: string;
  /** From where clients may connect without authentication: "loopback" from this machine only, "always" from everywhere, "never" from nowhere. */
  readonly allow_anonymous: 'loopback' | 'always' | 'never';
}

/** Figures about the daemon for monitoring systems. */
export interface MetricsConfig {
  /** Whether /metrics is served over HTTP in the Prometheus format. */
  readonly enabled: boolean;
}

/** The processes: as whom and where they run, and what happens when one fails. */
export interface DaemonConfig {
  /** The file with the process number, for people and scripts. */
  readonly pid_file: string;
  /** The user, by name or number, as whom the workers and the store run when the daemon is started as root. The supervisor stays root: it opens the ports and reads this file, certificates and keys. Empty means the user who starts the daemon. */
  readonly user: string;
  /** The group, by name or number, as which the workers and the store run. Empty means the primary group of daemon.user. */
  readonly group: string;
  /** The folder that the daemon works in, and that relative paths in this file start from. Empty means the folder of the configuration file for the paths, and the folder that it was started in for the daemon. */
  readonly working_dir: string;
  /** The number of processes that serve clients. One is enough for most; more use more processor cores. */
  readonly workers: number;
  /** Whether a worker or store that crashed is started again. */
  readonly auto_restart: boolean;
  /** After how many restarts in a row the daemon gives up and ends with exit code 70. */
  readonly max_restarts: number;
  /** The longest wait in seconds before a restart, and how long a process has to run for its restarts to be forgotten. */
  readonly restart_cooldown_secs: number;
  /** How many seconds connections have to finish when the daemon is stopped, before they are closed by force. */
  readonly shutdown_timeout_secs: number;
  /** Whether the daemon reloads this file when it changes. SIGHUP and "server reload" do that in any case. */
  readonly watch_config: boolean;
}
