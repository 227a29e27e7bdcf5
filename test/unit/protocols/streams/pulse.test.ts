import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pulse } from '../../../../src/protocols/streams/pulse.ts';
import { SETTINGS } from './settings.ts';

test('heartbeats keep their rhythm as long as somebody is there', () => {
  const pulse = new Pulse(() => SETTINGS, 0);
  const beats: [number, string][] = [];
  for (let now = 0; now <= 95_000; now = pulse.wakeAt) {
    beats.push(...pulse.beat(now).map((beat): [number, string] => [now, beat]));
    pulse.hear(now);
  }
  assert.deepEqual(beats, [
    [30_000, 'heartbeat'],
    [30_000, 'ping'],
    [60_000, 'heartbeat'],
    [60_000, 'ping'],
    [90_000, 'heartbeat'],
    [90_000, 'ping'],
  ]);
});

test('one that is never heard of is silent after the timeout, and doubtful before', () => {
  const pulse = new Pulse(() => SETTINGS, 0);
  assert.ok(pulse.isAlive(40_000));
  assert.ok(!pulse.isAlive(40_001));
  assert.deepEqual(pulse.beat(89_999), ['heartbeat', 'ping']);
  assert.equal(pulse.wakeAt, 90_000);
  assert.deepEqual(pulse.beat(90_000), ['silent']);
});

test('beats that were missed are not made up for', () => {
  const pulse = new Pulse(() => SETTINGS, 0);
  pulse.hear(200_000);
  assert.deepEqual(pulse.beat(200_000), ['heartbeat', 'ping']);
  assert.deepEqual(pulse.beat(200_000), []);
  assert.equal(pulse.wakeAt, 230_000);
});
