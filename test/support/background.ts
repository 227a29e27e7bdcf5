import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { runServer } from './daemon.ts';
import { createFolder } from './folder.ts';
import { untilGone } from './process.ts';
import { findProcesses } from './processes.ts';

const CONFIG = '[network]\nport = 0\n[tls]\nenabled = false\n[logging]\nfile = "server.log"\n';

/** Servers in the background, by the test that has to end them. */
const started = new WeakMap<TestContext, number[]>();

/** A folder with a configuration for servers in the background. After the test they are gone, and then the folder. */
export function createBackgroundFolder(t: TestContext, more = ''): string {
  if (!started.has(t)) {
    const pids: number[] = [];
    started.set(t, pids);
    t.after(() => Promise.all(pids.map(endGroup)));
  }
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

export function endAfter(t: TestContext, pid: number): void {
  started.get(t)?.push(pid);
}

/** A server in the background leads a process group of its own. */
async function endGroup(pid: number): Promise<void> {
  const group = findProcesses((facts) => facts.group === pid);
  if (group.length === 0) return;
  process.kill(-pid, 'SIGKILL');
  await Promise.all(group.map((each) => untilGone(each.pid, 5000)));
}
