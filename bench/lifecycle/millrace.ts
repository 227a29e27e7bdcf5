import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Paths } from '../../src/config/paths.ts';
import { callControl } from '../../src/supervisor/control-client.ts';
import type { Status } from '../../src/supervisor/status.ts';
import { stopProcess } from '../server.ts';
import type { Supervised } from './supervised.ts';

const ENTRY = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const POLL_MS = 5;
const RELOAD_MS_MAX = 30_000;

/** What makes it replace its worker. */
export type Trigger =
  /** An edit that needs new workers. */
  | 'SIGHUP'
  /** Nothing but the wish. */
  | 'SIGUSR2';

export async function startMillraceLifecycle(folder: string, trigger: Trigger): Promise<Supervised> {
  const config = join(folder, 'config.toml');
  let batchSize = 1000;
  save();
  const env = { ...process.env };
  delete env.XDG_RUNTIME_DIR;
  const child = spawn(process.execPath, [ENTRY, 'run', '--config', config], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout }))
    if (line.includes('all server components started')) break;
  child.stdout.resume();
  const paths = { controlSocket: join(folder, 'data', 'run', 'control.sock') } as Paths;
  const status = async () => (await callControl(paths, 'status')) as Status;
  const { port } = (await status()).listeners[0] as { port: number };
  const findWorkers = async () => (await status()).processes.filter(({ role }) => role === 'worker');
  const address = { address: '127.0.0.1', port };
  return {
    name: `millrace, ${trigger}`,
    http: address,
    logs: address,
    roots: [child.pid as number],
    findWorker: async () => (await findWorkers()).find(({ state }) => state === 'ready')?.pid ?? 0,
    async reload() {
      const old = (await findWorkers()).map(({ pid }) => pid);
      if (trigger === 'SIGHUP') {
        batchSize += 1;
        save();
      }
      child.kill(trigger);
      const deadline = performance.now() + RELOAD_MS_MAX;
      for (;;) {
        const workers = await findWorkers();
        if (workers.every(({ pid, state }) => state === 'ready' && !old.includes(pid))) return;
        if (performance.now() > deadline) throw new Error(`${trigger} replaced no worker`);
        await delay(POLL_MS);
      }
    },
    stop: () => stopProcess(child),
  };

  // The cooldown is pm2's `min_uptime`, the timeout its `kill_timeout`.
  function save(): void {
    writeFileSync(
      config,
      `[network]
port = 0
[tls]
enabled = false
[logging]
console = "json"
[streams]
enabled = false
[logs]
max_batch_size = ${batchSize}
[daemon]
restart_cooldown_secs = 1
max_restarts = 1000
shutdown_timeout_secs = 10
`,
    );
  }
}
