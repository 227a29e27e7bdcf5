import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { ENTRY, runServer } from '../support/daemon.ts';
import { createFolder } from '../support/folder.ts';
import { createFrames, openConnection, sendAndClose } from '../support/log-client.ts';
import { readSequences } from '../support/log-lines.ts';
import { findProcesses, type ProcessFacts } from '../support/processes.ts';
import { ServiceManager, skipWithoutNotify as skip } from '../support/service-manager.ts';

/** As a service manager starts it: the number of the process that it becomes is in its environment. */
const LAUNCHER = 'export LISTEN_PID=$$ WATCHDOG_PID=$$; exec "$@"';

/** Listens without accepting anything, as a service manager does. */
async function listen(t: TestContext): Promise<{ server: Server; fd: number; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
  return { server, fd, port: (server.address() as { port: number }).port };
}

async function startService(
  t: TestContext,
  { folder, env, fds }: { folder: string; env: NodeJS.ProcessEnv; fds: readonly number[] },
) {
  const args = ['-c', LAUNCHER, 'sh', process.execPath, ENTRY, 'run'];
  const child = spawn('/bin/sh', args, {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit', ...fds],
  });
  const exited = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const messages: string[] = [];
  const started = Promise.withResolvers<void>();
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    messages.push(line);
    if (line.includes('all server components started')) started.resolve();
  });
  void exited.then(() => started.reject(new Error(messages.join('\n'))));
  await started.promise;
  return { pid: child.pid as number, child, exited, messages };
}

test('a service gets its sockets from the service manager and tells it how it is', { skip }, async (t) => {
  const manager = await ServiceManager.start(t);
  const folder = createFolder(t);
  const [main, logs, stray] = [await listen(t), await listen(t), await listen(t)];
  writeFileSync(
    join(folder, 'config.toml'),
    `[network]\nport = ${main.port}\n[tls]\nenabled = false\n[logging]\nconsole = "json"\n[[listeners]]\nname = "logs"\nport = 1\ntls = false\n`,
  );
  const service = await startService(t, {
    folder,
    env: {
      LISTEN_FDS: '3',
      LISTEN_FDNAMES: 'millrace.socket:logs:stray',
      NOTIFY_SOCKET: manager.socket,
      WATCHDOG_USEC: '200000',
    },
    fds: [main.fd, logs.fd, stray.fd],
  });
  const ready = await manager.waitFor('READY=1');
  assert.ok(ready.includes(`MAINPID=${service.pid}`));
  await manager.waitFor('WATCHDOG=1');
  const warnings = service.messages
    .map((line) => JSON.parse(line).message)
    .filter((each) => /inherited/.test(each));
  assert.deepEqual(warnings, [
    `no listener takes the inherited socket stray 127.0.0.1:${stray.port}; closed it`,
  ]);
  const { listeners } = JSON.parse((await runServer(['status', '--json'], { cwd: folder })).stdout);
  assert.deepEqual(
    listeners.map(({ name, port }: { name: string; port: number }) => [name, port]),
    [
      ['main', main.port],
      ['logs', logs.port],
    ],
  );
  // From here on only the service accepts.
  for (const { server } of [main, logs]) server.close();
  for (const { port } of [main, logs]) {
    await sendAndClose(await openConnection({ address: '127.0.0.1', port } as never), createFrames('a', 5));
  }
  // The program that sends the notifications is a child, too.
  const isRole = ({ parent, commandLine }: ProcessFacts) =>
    parent === service.pid && commandLine.includes('role:');
  for (const { pid } of findProcesses(isRole)) {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    assert.doesNotMatch(environment, /LISTEN_|NOTIFY_SOCKET|WATCHDOG_/);
  }
  service.child.kill('SIGTERM');
  await manager.waitFor('STOPPING=1');
  assert.deepEqual(await service.exited, [0, null]);
  assert.equal(readSequences(join(folder, 'data', 'logs', '_main.log')).length, 10);
  const states = manager.messages.flat().filter((each) => /^(READY|STOPPING)=/.test(each));
  assert.deepEqual(states, ['READY=1', 'STOPPING=1']);
});

test('without the program that tells the service manager, the server runs all the same', async (t) => {
  const folder = createFolder(t);
  writeFileSync(
    join(folder, 'config.toml'),
    '[network]\nport = 0\n[tls]\nenabled = false\n[logging]\nconsole = "json"\n',
  );
  const env = { PATH: '/nonexistent', NOTIFY_SOCKET: '/nonexistent/notify', WATCHDOG_USEC: '1000' };
  const service = await startService(t, { folder, env, fds: [] });
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.exited, [0, null]);
  const warnings = service.messages.filter((line) => line.includes('cannot tell the service manager'));
  assert.equal(warnings.length, 1);
});

test('a restart leaves it to the service manager to hand its sockets over once more', async (t) => {
  const folder = createFolder(t);
  const main = await listen(t);
  writeFileSync(
    join(folder, 'config.toml'),
    `[network]\nport = ${main.port}\n[tls]\nenabled = false\n[logging]\nconsole = "json"\n`,
  );
  const service = await startService(t, { folder, env: { LISTEN_FDS: '1' }, fds: [main.fd] });
  const restart = runServer(['restart', '--timeout', '2'], { cwd: folder });
  assert.deepEqual(await service.exited, [75, null]);
  await restart;
});
