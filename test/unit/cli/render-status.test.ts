import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatDuration, renderStatus } from '../../../src/cli/render-status.ts';
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
    },
    {
      role: 'worker',
      state: 'starting',
      pid: null,
      uptime_secs: null,
      restarts: 2,
      memory_bytes: null,
      last_exit: 'SIGKILL',
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
data      /data
messages  /data/logs/_main.log

Processes
  process     state     pid  uptime     restarts  memory    last exit
  supervisor  running   100  1 h 2 min  0         50.0 MiB  -
  worker      starting  -    -          2         -         SIGKILL

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

test('a duration has its two largest units', () => {
  assert.deepEqual([0, 59, 60, 185, 3600, 3725, 93_784, 86_401].map(formatDuration), [
    '0 s',
    '59 s',
    '1 min',
    '3 min 5 s',
    '1 h',
    '1 h 2 min',
    '1 d 2 h',
    '1 d',
  ]);
});

test('a size has the unit that keeps it short', () => {
  assert.deepEqual([0, 1023, 1024, 1536, 204_800, 5 * 1024 ** 3].map(formatBytes), [
    '0 B',
    '1023 B',
    '1.0 KiB',
    '1.5 KiB',
    '200 KiB',
    '5.0 GiB',
  ]);
});
