import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Logger } from '../../../src/observe/logger.ts';
import { PeerComplaints } from '../../../src/worker/complaints.ts';

function createComplaints(): { complaints: PeerComplaints; lines: string[] } {
  const lines: string[] = [];
  const logger = { warn: (_: object, message: string) => lines.push(message) } as unknown as Logger;
  return { complaints: new PeerComplaints(logger), lines };
}

test('a peer is told of once for each reason', () => {
  const { complaints, lines } = createComplaints();
  for (let i = 0; i < 5; i += 1) {
    complaints.tell('192.0.2.1', 'timeout', {}, 'one');
    complaints.tell('192.0.2.1', 'garbage', {}, 'two');
    complaints.tell('192.0.2.2', 'timeout', {}, 'three');
  }
  assert.deepEqual(lines, ['one', 'two', 'three']);
});

test('any number of peers fills the log with a hundred lines at the most', () => {
  const { complaints, lines } = createComplaints();
  for (let i = 0; i < 10_000; i += 1) complaints.tell(`peer ${i}`, 'timeout', {}, 'x');
  assert.equal(lines.length, 100);
});
