export const PROFILES = ['default', 'development', 'production'] as const;

export type Profile = (typeof PROFILES)[number];

/** What a generated file sets; every other key stands in it at its default, commented out. */
export interface ProfileSettings {
  readonly summary: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly listeners: readonly Readonly<Record<string, unknown>>[];
}

export const PROFILE_SETTINGS: Readonly<Record<Profile, ProfileSettings>> = {
  default: {
    summary: [
      'The universal port on this machine only. tls.auto_generate is on, which is not the default, so that',
      'this file runs as it is: the daemon makes its own certificate.',
    ],
    values: { 'tls.auto_generate': true },
    listeners: [],
  },
  development: {
    summary: [
      'For a developer: everything on this machine only, a certificate that the daemon makes itself, and two',
      'ports without TLS for simple clients.',
    ],
    values: { 'tls.auto_generate': true, 'logging.format': 'pretty' },
    listeners: [
      { name: 'logs', bind_address: '127.0.0.1', port: 9020, tls: false, protocols: ['log-frames'] },
      { name: 'http', bind_address: '127.0.0.1', port: 8080, tls: false, protocols: ['http'] },
    ],
  },
  production: {
    summary: [
      'For a server: the universal port on all IPv4 addresses with a certificate of yours, and everything in',
      'the places of the system. The folders and the certificate must exist; "server validate-config" tells.',
    ],
    values: {
      'network.bind_address': '0.0.0.0',
      'tls.cert_file': '/etc/millrace/tls/server.crt',
      'tls.key_file': '/etc/millrace/tls/server.key',
      'logging.file': '/var/log/millrace/server.log',
      'logging.format': 'json',
      'storage.data_dir': '/var/lib/millrace',
      'daemon.pid_file': '/run/millrace/server.pid',
    },
    listeners: [],
  },
};

/** Ports that a generated file names in comments: the ones that clients of each kind expect. */
export const EXAMPLE_LISTENERS: readonly {
  readonly values: Readonly<Record<string, unknown>>;
  readonly isPlanned: boolean;
}[] = [
  {
    values: { name: 'logs', bind_address: '127.0.0.1', port: 9020, tls: false, protocols: ['log-frames'] },
    isPlanned: false,
  },
  {
    values: { name: 'grpc', bind_address: '127.0.0.1', port: 9021, tls: false, protocols: ['log-grpc'] },
    isPlanned: true,
  },
  {
    values: { name: 'http', bind_address: '127.0.0.1', port: 8080, tls: false, protocols: ['http'] },
    isPlanned: false,
  },
];
