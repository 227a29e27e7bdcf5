import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whoever runs what has to be undone; the context of a test is one. */
export interface Cleanup {
  after(undo: () => void | Promise<void>): void;
}

/** An empty folder that is gone after the test. */
export function createFolder(t: Cleanup): string {
  const path = mkdtempSync(join(tmpdir(), 'millrace-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
