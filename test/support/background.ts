import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { runServer } from './daemon.ts';
import { createFolder } from './folder.ts';
import { untilGone } from './process.ts';

const CONFIG = '[network]\nport = 0\n[tls]\nenabled = false\n[logging]\nfile = "server.log"\n';

/** A folder with a configuration for servers in the background, which are gone after the test. */
export function createBackgroundFolder(t: TestContext, more = ''): string {
  const folder = createFolder(t);
  writeFileSync(join(folder, 'config.toml'), `${CONFIG}${more}`);
  return folder;
}

/** Starts one and returns its number. It is killed after the test if it still runs. */
export async function startInBackground(
  t: TestContext,
  folder: string,
  args: readonly string[] = [],
): Promise<number> {
  const { stdout, stderr, code } = await runServer(['start', '--daemon', ...args], { cwd: folder });
  const pid = Number(/^started \(pid (\d+)\)$/m.exec(stdout)?.[1]);
  if (code !== 0 || Number.isNaN(pid)) throw new Error(`not started (${code}): ${stdout}${stderr}`);
  endAfter(t, pid);
  return pid;
}

/** It leads a process group of its own. */
export function endAfter(t: TestContext, pid: number): void {
  t.after(async () => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      return;
    }
    await untilGone(pid, 5000);
  });
}
