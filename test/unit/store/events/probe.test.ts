import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Probe } from '../../../../src/store/events/probe.ts';

test('a session is asked once for all who want to know, and anew for those who come later', async () => {
  let questions = 0;
  const probe = new Probe(() => {
    questions += 1;
  });
  const first = [probe.run(), probe.run()];
  probe.settle(true);
  assert.deepEqual(await Promise.all(first), [true, true]);
  const second = probe.run();
  probe.settle(false);
  assert.equal(await second, false);
  assert.equal(questions, 2);
});

test('the answer may come while the question is asked', async () => {
  const probe: Probe = new Probe(() => probe.settle(false));
  assert.equal(await probe.run(), false);
});

test('no answer in time counts as alive', async () => {
  assert.equal(await new Probe(() => {}, 1).run(), true);
});
