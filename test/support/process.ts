import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Fails when the process still runs after the time. The kernel tells nobody but the parent, hence the poll. */
export async function untilGone(pid: number, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (isRunning(pid)) {
    assert.ok(Date.now() < deadline, `process ${pid} still runs after ${withinMs} ms`);
    await delay(5);
  }
}

/** One that has ended and that nobody has waited for does not run. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
}
