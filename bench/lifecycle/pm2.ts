import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { listTree } from '../process-tree.ts';
import { findFreePort } from '../subjects.ts';
import type { Supervised } from './supervised.ts';

const PM2_VERSION = '7.0.4';
const SMALL_SERVER = fileURLToPath(new URL('small-server.ts', import.meta.url));
const APP = 'small-server';
const INSTALL_TIMEOUT_MS = 300_000;
const CALL_TIMEOUT_MS = 60_000;

const run = promisify(execFile);

/** Installs pm2 below the folder, for this comparison only, and returns its program. */
export async function installPm2(folder: string): Promise<string> {
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', [...args, `pm2@${PM2_VERSION}`], { cwd: folder, timeout: INSTALL_TIMEOUT_MS });
  return join(folder, 'node_modules', 'pm2', 'bin', 'pm2');
}

/** pm2 with one instance, configured as its documentation recommends for a reload without downtime. */
export async function startPm2(
  program: string,
  folder: string,
  mode: 'cluster' | 'fork',
): Promise<Supervised> {
  const [httpPort, logPort] = [await findFreePort(), await findFreePort()];
  const ecosystem = join(folder, 'ecosystem.config.cjs');
  const app = {
    name: APP,
    script: SMALL_SERVER,
    exec_mode: mode,
    instances: 1,
    wait_ready: true,
    listen_timeout: 10_000,
    kill_timeout: 10_000,
    env: { HTTP_PORT: String(httpPort), LOG_PORT: String(logPort) },
  };
  writeFileSync(ecosystem, `module.exports = ${JSON.stringify({ apps: [app] }, null, 2)};\n`);
  const env = {
    ...process.env,
    PM2_HOME: join(folder, 'pm2'),
    // Neither a banner nor a question to the network whether there is a newer one.
    PM2_DISCRETE_MODE: 'true',
    PM2_DISABLE_VERSION_CHECK: 'true',
  };
  const pm2 = (...args: string[]) =>
    run(process.execPath, [program, ...args], { cwd: folder, env, timeout: CALL_TIMEOUT_MS });
  await pm2('start', ecosystem);
  const daemon = Number(readFileSync(join(folder, 'pm2', 'pm2.pid'), 'utf8'));
  const host = '127.0.0.1';
  return {
    name: `pm2 ${PM2_VERSION}, ${mode} mode`,
    http: { address: host, port: httpPort },
    logs: { address: host, port: logPort },
    roots: [daemon],
    findWorker: () => listTree(daemon)[1] ?? 0,
    async reload() {
      await pm2('reload', APP);
    },
    async stop() {
      await pm2('kill');
    },
  };
}
