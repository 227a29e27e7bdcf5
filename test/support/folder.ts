import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** An empty folder that is gone after the test. */
export function createFolder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'millrace-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
