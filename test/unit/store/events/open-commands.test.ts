import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpenCommands } from '../../../../src/store/events/open-commands.ts';

test('a command that nobody answers ends in time, and a late answer is left aside', async () => {
  const commands = new OpenCommands(1);
  const answer = await commands.send({ name: 'restart', requestId: 'r1' }, () => {});
  assert.deepEqual(answer, { outcome: 'timeout', requestId: 'r1' });
  commands.answer({ outcome: 'sent', requestId: 'r1' });
});

test('the answer may come while the command is sent', async () => {
  const commands = new OpenCommands();
  const answer = await commands.send({ name: 'restart', requestId: 'r1' }, ({ requestId }) =>
    commands.answer({ outcome: 'sent', requestId }),
  );
  assert.equal(answer.outcome, 'sent');
});
