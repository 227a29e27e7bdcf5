import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzLogFrames } from '../../../../scripts/fuzz-log-frames.ts';

const EXECUTIONS = 30_000;

test('mutated messages become one clean line or a fault', () => {
  const { lines, faults } = fuzzLogFrames(Date.now(), (executions) => executions < EXECUTIONS);
  // The mutations reach every check.
  assert.ok(lines > 0);
  assert.deepEqual(Object.keys(faults).sort(), [
    'amplification',
    'bad_pointer',
    'out_of_bounds',
    'overlong',
    'segment_count',
    'text_not_terminated',
    'truncated',
  ]);
});
