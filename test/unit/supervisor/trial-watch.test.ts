import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Observation, TrialWatch, type Verdict } from '../../../src/supervisor/trial-watch.ts';

/** Looks once a second at what changes; everything else stays as it was. */
function createClock(watch: TrialWatch): (secs: number, change?: Partial<Observation>) => Verdict {
  let seen: Observation = { restarts: 0, counts: [{}], appliedAt: 1, cooldownMs: 10_000, nowMs: 1000 };
  return (secs, change = {}) => {
    let verdict: Verdict = 'open';
    seen = { ...seen, ...change };
    for (let i = 0; i < secs; i += 1) {
      verdict = watch.observe(seen);
      seen = { ...seen, nowMs: seen.nowMs + 1000 };
    }
    return verdict;
  };
}

test('a configuration is healthy when nothing has crashed for the cooldown', () => {
  const pass = createClock(new TrialWatch());
  assert.equal(pass(9), 'open');
  assert.equal(pass(2), 'healthy');
  assert.equal(pass(1, { restarts: 1 }), 'open');
  assert.equal(pass(9), 'open');
  assert.equal(pass(1), 'healthy');
});

test('crashes soon after a change are its fault, one or two are not', () => {
  const pass = createClock(new TrialWatch());
  pass(20, { restarts: 5 });
  assert.equal(pass(1, { appliedAt: 20_000 }), 'open');
  assert.equal(pass(1, { restarts: 7 }), 'open');
  assert.deepEqual(pass(1, { restarts: 8 }), { fault: '3 crashes since it was applied' });
});

test('a jump of refused connections is the fault of the change, as many as before are not', () => {
  const pass = createClock(new TrialWatch());
  const faults = (count: number) => ({
    counts: [{ 'connections_failed.ERR_TLS_HANDSHAKE': count, connections: 9e9 }],
  });
  pass(2, faults(0));
  for (let i = 1; i <= 100; i += 1) assert.equal(typeof pass(1, faults(i * 9)), 'string');
  // New workers count from nothing.
  assert.equal(pass(1, { appliedAt: 200_000, ...faults(0) }), 'open');
  assert.equal(pass(1, faults(20)), 'open');
  assert.match(JSON.stringify(pass(1, faults(120))), /100 refused or failed connections/);
});
