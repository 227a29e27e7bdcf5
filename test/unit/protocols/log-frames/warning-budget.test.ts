import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WarningBudget } from '../../../../src/protocols/log-frames/warning-budget.ts';

test('so many warnings are written in a minute and no more', () => {
  const budget = new WarningBudget(2);
  assert.deepEqual(
    [0, 1, 59_999, 60_000, 60_001, 60_002].map((nowMs) => budget.take(nowMs)),
    [true, true, false, true, true, false],
  );
});
