import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Paths } from '../src/config/paths.ts';
import { callControl } from '../src/supervisor/control-client.ts';
import type { Status } from '../src/supervisor/status.ts';
import {
  countFaults,
  findProgram,
  listLogFiles,
  type Subject,
  sizeOf,
  startProcess,
  stopProcess,
} from './server.ts';

const ENTRY = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const FLOOR = fileURLToPath(new URL('floor.ts', import.meta.url));

/** What one run sends. */
export interface Load {
  readonly messages: number;
  readonly connections: number;
  readonly tls: boolean;
}

export interface MillraceOptions {
  readonly maxFileMb: number;
  /** Lines of older files are gone at the end; then only the kept ones are looked at. */
  readonly backupCount?: number;
  readonly sync?: 'batch' | 'interval' | 'never';
}

export async function startMillrace(folder: string, load: Load, options: MillraceOptions): Promise<Subject> {
  const config = join(folder, 'config.toml');
  writeFileSync(
    config,
    `[network]
port = 0
[tls]
enabled = ${load.tls}
auto_generate = true
[logging]
console = "json"
[logs]
max_file_bytes = ${options.maxFileMb * 1024 * 1024}
backup_count = ${options.backupCount ?? 1000}
sync = "${options.sync ?? 'batch'}"
`,
  );
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
  const current = join(folder, 'data', 'logs', '_main.log');
  return {
    name: `millrace, ${options.maxFileMb} MiB files${options.sync ? `, sync = ${options.sync}` : ''}`,
    pid: child.pid as number,
    port,
    ca: load.tls ? join(folder, 'data', 'certs', 'ca.crt') : '',
    payload: 'frames',
    count: async () => (await status()).records.stored,
    countFaults: () =>
      countFaults(listLogFiles(current), load.messages, load.connections, options.backupCount !== undefined),
    stop: () => stopProcess(child),
  };
}

/** Reads and splits, writes nothing. */
export async function startFloor(): Promise<Subject> {
  const child = spawn(process.execPath, [FLOOR], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  return {
    name: 'bare Node, splits frames only',
    pid: child.pid as number,
    port,
    ca: '',
    payload: 'frames',
    async count() {
      child.stdin.write('\n');
      return Number((await lines.next()).value);
    },
    countFaults: () => Promise.resolve(undefined),
    stop: () => stopProcess(child),
  };
}

export async function startRsyslog(folder: string, load: Load): Promise<Subject | string> {
  const program = findProgram('rsyslogd');
  if (program === undefined) return 'rsyslog: skipped, rsyslogd is not installed';
  const port = await findFreePort();
  const output = join(folder, 'out');
  mkdirSync(output);
  writeFileSync(
    join(folder, 'rsyslog.conf'),
    `global(workDirectory="${folder}")
module(load="imtcp")
ruleset(name="in") { action(type="omfile" file="${output}/main.log" ioBufferSize="64k") }
input(type="imtcp" port="${port}" address="127.0.0.1" ruleset="in")
`,
  );
  const child = startProcess(
    program,
    ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid')],
    folder,
  );
  return lineServer('rsyslog', child, port, output, load);
}

export async function startSyslogNg(folder: string, load: Load): Promise<Subject | string> {
  const program = findProgram('syslog-ng');
  if (program === undefined) return 'syslog-ng: skipped, syslog-ng is not installed';
  const port = await findFreePort();
  const output = join(folder, 'out');
  mkdirSync(output);
  writeFileSync(
    join(folder, 'syslog-ng.conf'),
    `@version: 3.35
options { stats-freq(0); };
source s { network(ip("127.0.0.1") port(${port}) transport("tcp") flags(syslog-protocol) max-connections(100) log-iw-size(100000)); };
destination d { file("${output}/main.log"); };
log { source(s); destination(d); flags(flow-control); };
`,
  );
  const child = startProcess(
    program,
    ['-F', '--no-caps', '-f', 'syslog-ng.conf', '-R', 'persist', '-p', 'pid', '-c', 'ctl'].map((arg) =>
      /^-|^$/.test(arg) ? arg : join(folder, arg),
    ),
    folder,
  );
  return lineServer('syslog-ng', child, port, output, load);
}

/** A server that writes each line that it gets to `main.log`. */
async function lineServer(
  name: string,
  child: ReturnType<typeof startProcess>,
  port: number,
  output: string,
  load: Load,
): Promise<Subject> {
  await untilListening(port, () => child.exitCode !== null);
  const file = join(output, 'main.log');
  let lineBytes = 0;
  return {
    name,
    pid: child.pid as number,
    port,
    ca: '',
    payload: 'lines',
    count() {
      if (!existsSync(file)) return 0;
      if (lineBytes === 0) lineBytes = readFirstLineLength(file);
      return lineBytes === 0 ? 0 : Math.floor(sizeOf(output) / lineBytes);
    },
    countFaults: () => countFaults([file], load.messages, load.connections),
    stop: () => stopProcess(child),
  };
}

/** All lines have the same length. */
function readFirstLineLength(file: string): number {
  const head = Buffer.alloc(4096);
  const descriptor = openSync(file, 'r');
  const length = readSync(descriptor, head);
  closeSync(descriptor);
  return head.subarray(0, length).indexOf(0x0a) + 1;
}

/** A port that nobody has at this moment. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(port: number, hasEnded: () => boolean): Promise<void> {
  for (;;) {
    if (hasEnded()) throw new Error('the server ended at its start');
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port }, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => setTimeout(resolve, 20, false));
    });
    if (isOpen) return;
  }
}
