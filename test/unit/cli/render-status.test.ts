import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderStatus } from '../../../src/cli/render-status.ts';
import type { Status } from '../../../src/supervisor/status.ts';

const STATUS: Status = {
  version: '0.1.0',
  node: 'v26.10.0',
  name: 'LogServer',
  state: 'running',
  pid: 100,
  started_at: '2026-11-21T10:00:00.000Z',
  uptime_secs: 3725,
  config_file: null,
  config: {
    revision: 6,
    loaded_at: '2026-11-21T10:20:00.000Z',
    loaded_by: 'SIGHUP',
    pending_restart: [],
    file_differs: false,
    confirm_until: null,
    refused: null,
  },
  data_dir: '/data',
  log_file: '/data/logs/_main.log',
  ready: false,
  reasons: ['the worker is starting'],
  processes: [
    {
      role: 'supervisor',
      state: 'running',
      pid: 100,
      uptime_secs: 3725,
      restarts: 0,
      memory_bytes: 52_428_800,
      last_exit: null,
      last_words: [],
    },
    {
      role: 'worker',
      state: 'starting',
      pid: null,
      uptime_secs: null,
      restarts: 2,
      memory_bytes: null,
      last_exit: 'SIGKILL',
      last_words: ['one', 'Error: out of ink', '    at print (\u001b[2J)', 'end'],
    },
  ],
  listeners: [
    { name: 'main', address: '::1', port: 8443, tls: true, protocols: [] },
    { name: 'logs', address: '127.0.0.1', port: 9020, tls: false, protocols: ['log-frames'] },
  ],
  connections: { open: 3, total: 12, max: 1000 },
  records: { stored: 1_234_567, per_second: 12.4, bytes: 1536, rotations: 2 },
  counts: { refused: 0, log_frames_cut: 7 },
  last_error: { timestamp: '2026-11-21T10:30:00.000Z', message: 'broken\u001b[2J' },
};

test('the status for people has everything, and nothing that drives the terminal', () => {
  assert.equal(
    renderStatus(STATUS, false),
    `state     running, not ready
          the worker is starting
name      LogServer
pid       100
uptime    1 h 2 min (since 2026-11-21T10:00:00.000Z)
version   0.1.0 (node v26.10.0)
config    none: defaults and environment
revision  6, by SIGHUP at 2026-11-21T10:20:00.000Z
data      /data
messages  /data/logs/_main.log

Processes
  process     state     pid  uptime     restarts  memory    last exit
  supervisor  running   100  1 h 2 min  0         50.0 MiB  -
  worker      starting  -    -          2         -         SIGKILL
      Error: out of ink
          at print (\\x1b[2J)
      end

Listeners
  listener  address         TLS  protocols
  main      [::1]:8443      yes  all
  logs      127.0.0.1:9020  no   log-frames

Activity
  connections     3 open (at most 1000), 12 in all
  records         1,234,567 stored, 12 per second
  written         1.5 KiB since the start, 2 rotations
  log_frames_cut  7
  last error      2026-11-21T10:30:00.000Z broken\\x1b[2J
`,
  );
});

test('colour marks the state', () => {
  assert.ok(renderStatus(STATUS, true).includes('\u001b[33mrunning, not ready\u001b[39m'));
  const ready = renderStatus({ ...STATUS, ready: true, reasons: [] }, true);
  assert.ok(ready.includes('\u001b[32mrunning, ready\u001b[39m'));
});

test('what the configuration asks of a person stands below its revision', () => {
  const problem = (line: number) => ({
    code: 'CFG0102' as const,
    severity: 'error' as const,
    message: `unknown key "k${line}"`,
    file: '/etc/config.toml',
    line,
    column: 1,
  });
  const text = renderStatus(
    {
      ...STATUS,
      config: {
        ...STATUS.config,
        pending_restart: ['storage.data_dir', 'daemon.pid_file'],
        file_differs: true,
        confirm_until: '2026-11-21T11:00:00.000Z',
        refused: {
          at: '2026-11-21T10:40:00.000Z',
          by: 'config.toml changed',
          message: 'the configuration cannot be used\u001b[2J',
          problems: [1, 2, 3, 4, 5].map(problem),
        },
      },
    },
    false,
  );
  const from = text.indexOf('revision');
  assert.equal(
    text.slice(from, text.indexOf('data ', from)),
    `revision  6, by SIGHUP at 2026-11-21T10:20:00.000Z
          the file is not what runs; "server config diff" shows it
          waits for "server restart": storage.data_dir, daemon.pid_file
          goes back at 2026-11-21T11:00:00.000Z without "server reload --confirmed"
          refused at 2026-11-21T10:40:00.000Z (config.toml changed): the configuration cannot be used\\x1b[2J
            /etc/config.toml:1:1: unknown key "k1"
            /etc/config.toml:2:1: unknown key "k2"
            /etc/config.toml:3:1: unknown key "k3"
            and 2 more
`,
  );
});
