import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideRestart } from '../../../src/supervisor/restart-policy.ts';

const LIMITS = { auto_restart: true, max_restarts: 5, restart_cooldown_secs: 60 };
const MINUTE = 60_000;

function delays(uptimes: number[], limits = LIMITS): (number | string)[] {
  return uptimes.map((_, i) => {
    const decision = decideRestart(uptimes.slice(0, i + 1), limits);
    return decision.action === 'restart' ? decision.delayMs : decision.action;
  });
}

test('the first crash is answered at once, later ones after a doubling wait, too many not at all', () => {
  assert.deepEqual(delays([10, 10, 10, 10, 10, 10]), [0, 100, 200, 400, 800, 'give-up']);
});

test('the wait never exceeds the cooldown', () => {
  const limits = { auto_restart: true, max_restarts: 20, restart_cooldown_secs: 1 };
  assert.deepEqual(delays([1, 1, 1, 1, 1, 1, 1], limits), [0, 100, 200, 400, 800, 1000, 1000]);
});

test('a life as long as the cooldown clears the count', () => {
  assert.deepEqual(delays([1, 1, 1, MINUTE, 1, 1]), [0, 100, 200, 0, 100, 200]);
  assert.deepEqual(delays([1, MINUTE - 1]), [0, 100]);
});

test('without auto_restart the first crash is the last', () => {
  const decision = decideRestart([MINUTE * 100], { ...LIMITS, auto_restart: false });
  assert.deepEqual(decision, { action: 'give-up', reason: 'daemon.auto_restart is false' });
});

test('max_restarts of zero allows none', () => {
  assert.equal(decideRestart([1], { ...LIMITS, max_restarts: 0 }).action, 'give-up');
});
