import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatDuration, formatMilliseconds } from '../../../src/cli/units.ts';

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

test('a short time is in milliseconds, a longer one in seconds', () => {
  assert.deepEqual([0.4, 312, 999, 1000, 61_250].map(formatMilliseconds), [
    '0 ms',
    '312 ms',
    '999 ms',
    '1.0 s',
    '61.3 s',
  ]);
});
