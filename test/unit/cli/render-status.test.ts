import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderStatus } from '../../../src/cli/render-status.ts';
import { EXAMPLE_STATUS } from './example-status.ts';

test('the status for people has everything, and nothing that drives the terminal', () => {
  assert.equal(
    renderStatus(EXAMPLE_STATUS, false),
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
  assert.ok(renderStatus(EXAMPLE_STATUS, true).includes('\u001b[33mrunning, not ready\u001b[39m'));
  const ready = renderStatus({ ...EXAMPLE_STATUS, ready: true, reasons: [] }, true);
  assert.ok(ready.includes('\u001b[32mrunning, ready\u001b[39m'));
});

test('a level that was set for the time being is told', () => {
  const config = { ...EXAMPLE_STATUS.config, level_override: 'debug' };
  assert.match(
    renderStatus({ ...EXAMPLE_STATUS, config }, false),
    /^log level {2}debug \(server set-level, in place of logging\.level\)$/m,
  );
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
      ...EXAMPLE_STATUS,
      config: {
        ...EXAMPLE_STATUS.config,
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
