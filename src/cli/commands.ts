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

export const GROUPS = ['Server', 'Configuration', 'Tools'] as const;
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
    summary: 'Start the server (the same as run in this version)',
    examples: [['server start -c /etc/millrace/config.toml', 'with this file']],
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
