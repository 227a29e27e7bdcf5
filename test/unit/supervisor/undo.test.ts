import assert from 'node:assert/strict';
import { test } from 'node:test';
import { undoOnFailure } from '../../../src/supervisor/undo.ts';

test('nothing is taken back where every step succeeds', async () => {
  const undone: number[] = [];
  await undoOnFailure(async (undo) => {
    undo(() => undone.push(1));
  });
  assert.deepEqual(undone, []);
});

test('steps are taken back in the opposite order, and the reason is thrown', async () => {
  const undone: number[] = [];
  const failing = undoOnFailure(async (undo) => {
    undo(() => undone.push(1));
    undo(async () => undone.push(2));
    throw new Error('the port is taken');
  });
  await assert.rejects(failing, { message: 'the port is taken' });
  assert.deepEqual(undone, [2, 1]);
});

test('an undo that fails is told and does not keep the others from it', async () => {
  const undone: number[] = [];
  const failing = undoOnFailure(async (undo) => {
    undo(() => undone.push(1));
    undo(() => {
      throw new Error('the disk is gone');
    });
    throw new Error('the port is taken');
  });
  await assert.rejects(failing, (error: AggregateError) => {
    assert.equal(error.message, 'the port is taken; and it could not be taken back: the disk is gone');
    return error instanceof AggregateError && error.errors.length === 2;
  });
  assert.deepEqual(undone, [1]);
});

test('nothing is taken back once somebody else clears up', async () => {
  let isStopping = false;
  const failing = undoOnFailure(
    async (undo) => {
      undo(() => assert.fail('taken back'));
      isStopping = true;
      throw new Error('stopped');
    },
    () => !isStopping,
  );
  await assert.rejects(failing, /stopped/);
});
