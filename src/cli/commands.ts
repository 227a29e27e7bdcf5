import type { CommandDef } from 'citty';

/** A verb: what the list of verbs says about it, and where it is. */
export interface Command {
  /** `run`, `config show`. */
  readonly name: string;
  readonly group: Group;
  readonly summary: string;
  /** Each with what it does. */
  readonly examples: readonly (readonly [line: string, effect: string])[];
  // biome-ignore lint/suspicious/noExplicitAny: each verb has arguments of its own
  readonly load: () => Promise<CommandDef<any>>;
}

export const GROUPS = ['Server', 'Configuration', 'Streams', 'Tools'] as const;
export type Group = (typeof GROUPS)[number];

/** The verb that stands for none. */
export const DEFAULT_COMMAND = 'run';

/** Every verb. Each is loaded only when it is asked for. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'run',
    group: 'Server',
    summary: 'Run the server in the foreground (the default)',
    examples: [
      ['server', 'with ./config.toml, or with the defaults'],
      ['server run -c /etc/millrace/config.toml', 'with this file'],
      ['server run --port 9443 --log-level debug', 'with two overrides'],
      ['server run --set logs.sync=interval', 'with any key overridden'],
    ],
    load: async () => (await import('./run.ts')).runVerb,
  },
  {
    name: 'start',
    group: 'Server',
    summary: 'Start the server, with --daemon in the background',
    examples: [
      ['server start --daemon -c /etc/millrace/config.toml', 'returns when every listener is served'],
      ['server start --daemon --log-dir /var/log/millrace', 'with a file for its log'],
    ],
    load: async () => (await import('./run.ts')).startVerb,
  },
  {
    name: 'stop',
    group: 'Server',
    summary: 'Stop the running server and wait until it has ended',
    examples: [
      ['server stop', 'finish what was accepted, then end'],
      ['server stop --timeout 120', 'wait longer'],
      ['server stop --force', 'end now, by force after 5 seconds'],
    ],
    load: async () => (await import('./stop.ts')).stopVerb,
  },
  {
    name: 'reload',
    group: 'Server',
    summary: 'Apply the edited configuration file, all or nothing',
    examples: [
      ['server reload', 'prints each changed key and how it was applied'],
      ['server reload --dry-run', 'what would change'],
      ['server reload --confirm 60', 'goes back after a minute, unless the next line comes before'],
      ['server reload --confirmed', 'keeps it'],
    ],
    load: async () => (await import('./reload.ts')).reloadVerb,
  },
  {
    name: 'restart',
    group: 'Server',
    summary: 'Restart the server and wait until it runs again',
    examples: [
      ['server restart', 'the whole server'],
      ['server restart --workers', 'the workers alone; nobody is refused meanwhile'],
    ],
    load: async () => (await import('./restart.ts')).restartVerb,
  },
  {
    name: 'status',
    group: 'Server',
    summary: 'Show what the running server does; exit code 3 if none runs',
    examples: [
      ['server status', 'for people'],
      ['server status --json | jq .records', 'for programs'],
    ],
    load: async () => (await import('./status.ts')).statusVerb,
  },
  {
    name: 'top',
    group: 'Server',
    summary: 'Show what the running server does, live',
    examples: [
      ['server top', 'until "q" or Ctrl-C'],
      ['server top --once', 'one frame, for a script'],
      ['server top --json -n 60 > minute.jsonl', 'a minute for programs'],
    ],
    load: async () => (await import('./top.ts')).topVerb,
  },
  {
    name: 'logs',
    group: 'Server',
    summary: "Show the server's own log",
    examples: [
      ['server logs', 'the last 50 lines'],
      ['server logs -f --level warn', 'go on with each new line that is no less than a warning'],
      ['server logs -n 1000 --json | jq .message', 'for programs'],
    ],
    load: async () => (await import('./logs.ts')).logsVerb,
  },
  {
    name: 'set-level',
    group: 'Server',
    summary: "Change the level of the server's own log while it runs",
    examples: [
      ['server set-level debug', 'tell more'],
      ['server set-level info', 'as usual'],
    ],
    load: async () => (await import('./set-level.ts')).setLevelVerb,
  },
  {
    name: 'reopen',
    group: 'Server',
    summary: "Open the server's own log file anew, for logrotate",
    examples: [['server reopen', 'after the file was renamed']],
    load: async () => (await import('./reopen.ts')).reopenVerb,
  },
  {
    name: 'generate-config',
    group: 'Configuration',
    summary: 'Write a commented configuration file',
    examples: [
      ['server generate-config', 'writes ./config.toml'],
      ['server generate-config --profile production -o /etc/millrace/config.toml', 'for a real server'],
      ['server generate-config -o -', 'prints it'],
    ],
    load: async () => (await import('./generate-config.ts')).generateConfigVerb,
  },
  {
    name: 'validate-config',
    group: 'Configuration',
    summary: 'Check the configuration; exit code 78 if it cannot be used',
    examples: [
      ['server validate-config', 'the file that the server would take'],
      ['server validate-config new.toml --offline', 'leave out what depends on this machine'],
      ['server validate-config --as-user', 'with the rights of daemon.user on the folders'],
      ['server validate-config --fix', 'correct misspelt keys, keep the old file as .bak'],
      ['server validate-config --print', 'show the configuration with every default'],
    ],
    load: async () => (await import('./validate-config.ts')).validateConfigVerb,
  },
  {
    name: 'config show',
    group: 'Configuration',
    summary: 'Print the configuration as the server would take it',
    examples: [
      ['server config show', 'as TOML'],
      ['server config show --origin', 'with where each value comes from'],
    ],
    load: async () => (await import('./config-show.ts')).configShowVerb,
  },
  {
    name: 'config explain',
    group: 'Configuration',
    summary: 'Tell what a key means, its limits and its default',
    examples: [
      ['server config explain network.port', 'one key'],
      ['server config explain logs', 'a section'],
    ],
    load: async () => (await import('./config-explain.ts')).configExplainVerb,
  },
  {
    name: 'config schema',
    group: 'Configuration',
    summary: 'Print the JSON Schema of the configuration, for editors',
    examples: [['server config schema > config.schema.json', 'keep it in a file']],
    load: async () => (await import('./config-schema.ts')).configSchemaVerb,
  },
  {
    name: 'config env',
    group: 'Configuration',
    summary: 'List the environment variables that set a key',
    examples: [['server config env | grep PORT', 'those of the ports']],
    load: async () => (await import('./config-env.ts')).configEnvVerb,
  },
  {
    name: 'config diff',
    group: 'Configuration',
    summary: 'Show how the file differs from what runs',
    examples: [
      ['server config diff', 'from what runs to the file'],
      ['server config diff 3 5', 'from one revision to another'],
    ],
    load: async () => (await import('./config-diff.ts')).configDiffVerb,
  },
  {
    name: 'config history',
    group: 'Configuration',
    summary: 'List the configurations that were applied',
    examples: [['server config history', 'which, when, by what']],
    load: async () => (await import('./config-history.ts')).configHistoryVerb,
  },
  {
    name: 'config rollback',
    group: 'Configuration',
    summary: 'Apply an earlier configuration again',
    examples: [['server config rollback 3', 'that of revision 3']],
    load: async () => (await import('./config-rollback.ts')).configRollbackVerb,
  },
  {
    name: 'token create',
    group: 'Streams',
    summary: 'Make a token for a forwarder or a receiver of device events',
    examples: [
      ['server token create forwarder fwd-a', 'for the device that sends as fwd-a'],
      ['server token create receiver rcv-a', 'for a program that receives'],
    ],
    load: async () => (await import('./token-create.ts')).tokenCreateVerb,
  },
  {
    name: 'token list',
    group: 'Streams',
    summary: 'List the tokens of devices',
    examples: [['server token list', 'as a table']],
    load: async () => (await import('./token-list.ts')).tokenListVerb,
  },
  {
    name: 'token revoke',
    group: 'Streams',
    summary: 'Revoke a token',
    examples: [['server token revoke bc94c912-fbf2-4d51-bdcf-19481b32054b', 'by its ID']],
    load: async () => (await import('./token-revoke.ts')).tokenRevokeVerb,
  },
  {
    name: 'send',
    group: 'Tools',
    summary: 'Send log messages to a server, to try it',
    examples: [
      ['server send "hello"', 'one message to the server on this machine'],
      ['server send --count 200000 "message {n}"', 'many'],
      ['server send --to 127.0.0.1:9020 --no-tls "hello"', 'to a port without TLS'],
    ],
    load: async () => (await import('./send.ts')).sendCommand,
  },
  {
    name: 'generate-cert',
    group: 'Tools',
    summary: 'Make a certificate authority and certificates',
    examples: [
      ['server generate-cert --name logs.example.com', 'for a server'],
      ['server generate-cert --client device-7', 'for a client'],
    ],
    load: async () => (await import('./generate-cert.ts')).generateCertCommand,
  },
  {
    name: 'version',
    group: 'Tools',
    summary: 'Show the version',
    examples: [['server version --json', 'for programs']],
    load: async () => (await import('./version.ts')).versionCommand,
  },
];
