import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { listTree, readUsage, type Usage } from './process-tree.ts';
import type { Subject } from './server.ts';
import { type Load, startFloor, startMillrace, startRsyslog, startSyslogNg } from './subjects.ts';

const SENDER = fileURLToPath(new URL('sender.ts', import.meta.url));
const POLL_MS = 20;
/** A server that has not taken everything by then has lost some. */
const STALL_MS = 10_000;

type Writes = 'bulk' | 'single';
type Start = (folder: string, load: Load) => Promise<Subject | string>;

/** Log frames of about 300 bytes into files, beside the floor and other log servers in the same run. */
export async function benchLogFrames(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      messages: { type: 'string', default: '1000000' },
      connections: { type: 'string', default: '1,8,64' },
      only: { type: 'string', default: '' },
    },
  });
  const subjects: [string, Start, { tls?: true }?][] = [
    ['floor', () => startFloor()],
    ['millrace', (folder, load) => startMillrace(folder, load, { maxFileMb: 64 })],
    ['millrace-1mib', (folder, load) => startMillrace(folder, load, { maxFileMb: 1, backupCount: 10 })],
    // The others below sync nothing either.
    ['millrace-nosync', (folder, load) => startMillrace(folder, load, { maxFileMb: 64, sync: 'never' })],
    ['millrace-tls', (folder, load) => startMillrace(folder, load, { maxFileMb: 64 }), { tls: true }],
    ['rsyslog', startRsyslog],
    ['syslog-ng', startSyslogNg],
  ];
  const chosen = values.only === '' ? undefined : values.only.split(',');
  for (const writes of ['bulk', 'single'] as const) {
    // A message for each write is ten times slower; a quarter of them measures as well.
    const messages = Number(values.messages) / (writes === 'single' ? 4 : 1);
    for (const connections of values.connections.split(',').map(Number)) {
      console.log(
        `\n${messages} messages, ${connections} connection(s), ${writes === 'bulk' ? '64 KiB a write' : 'one message a write'}`,
      );
      console.log(
        row(['server', 'messages/s', 'CPU s/million', 'of it', 'peak MiB', 'lost or out of order']),
      );
      for (const [name, start, { tls = false } = {}] of subjects) {
        if (chosen !== undefined && !chosen.includes(name)) continue;
        await measure(
          start,
          { messages: Math.floor(messages / connections) * connections, connections, tls },
          writes,
        );
      }
    }
  }
}

async function measure(start: Start, load: Load, writes: Writes): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const subject = await start(folder, load);
  try {
    if (typeof subject === 'string') console.log(subject);
    else await measureSubject(subject, load, writes);
  } finally {
    if (typeof subject !== 'string') await subject.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSubject(subject: Subject, load: Load, writes: Writes): Promise<void> {
  const tree = listTree(subject.pid);
  const sender = await startSender(subject, load, writes);
  const before = tree.map(readUsage);
  const startedAt = performance.now();
  sender.go();
  let count = 0;
  let changedAt = startedAt;
  while (count < load.messages && performance.now() - changedAt < STALL_MS) {
    await delay(POLL_MS);
    const now = await subject.count();
    if (now !== count) changedAt = performance.now();
    count = now;
  }
  const secs = (changedAt - startedAt) / 1000;
  const after = tree.map(readUsage);
  await sender.ended;
  await subject.stop();
  const faults = await subject.countFaults();
  const perProcess = after.map(
    ({ cpuSecs }, i) => ((cpuSecs - (before[i] as Usage).cpuSecs) * 1e6) / load.messages,
  );
  console.log(
    row([
      subject.name + (load.tls ? ', TLS' : ''),
      Math.round(count / secs).toLocaleString('en'),
      perProcess.reduce((sum, each) => sum + each, 0).toFixed(2),
      perProcess.length > 1 ? perProcess.map((each) => each.toFixed(2)).join(' + ') : '',
      Math.round(after.reduce((sum, { memoryPeakMb }) => sum + memoryPeakMb, 0)),
      faults ?? 'keeps none',
    ]),
  );
}

async function startSender(
  subject: Subject,
  load: Load,
  writes: Writes,
): Promise<{ go(): void; ended: Promise<unknown> }> {
  const { port, ca, payload } = subject;
  const options = { port, ca, payload, writes, connections: load.connections, messages: load.messages };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(process.execPath, ['--max-old-space-size=8000', SENDER, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  if (value !== 'ready') throw new Error('the sender ended before it was ready');
  return { go: () => child.stdin.write('go\n'), ended };
}

function row(cells: readonly (string | number)[]): string {
  const [name, ...rest] = cells.map(String);
  return `${(name as string).padEnd(34)}${rest.map((cell, i) => cell.padStart(i === 2 || i === 4 ? 22 : 14)).join('')}`;
}
