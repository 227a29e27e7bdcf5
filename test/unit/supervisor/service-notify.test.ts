import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Logger } from '../../../src/observe/logger.ts';
import { ServiceNotifier } from '../../../src/supervisor/service-notify.ts';
import { createFolder } from '../../support/folder.ts';
import { ServiceManager, skipWithoutNotify as skip } from '../../support/service-manager.ts';

const { PATH } = process.env;

/** A logger that keeps warnings. */
function createRecorder(): { logger: Logger; warnings: string[] } {
  const warnings: string[] = [];
  return { warnings, logger: { warn: (text: string) => warnings.push(text) } as unknown as Logger };
}

test('messages come in order, each from the process that it is about', { skip }, async (t) => {
  const manager = await ServiceManager.start(t);
  const { logger, warnings } = createRecorder();
  const env: NodeJS.ProcessEnv = { PATH, NOTIFY_SOCKET: manager.socket };
  const notifier = new ServiceNotifier(logger, env);
  assert.deepEqual(env, { PATH });
  const before = process.hrtime.bigint() / 1000n;
  notifier.ready('3 listeners');
  notifier.reloading();
  notifier.ready('revision 2');
  notifier.status('two\nlines');
  notifier.stopping();
  await notifier.close();
  await manager.waitFor('STOPPING=1');
  const pid = `MAINPID=${process.pid}`;
  const monotonic = manager.messages[1]?.find((each) => each.startsWith('MONOTONIC_USEC=')) ?? '';
  assert.deepEqual(manager.messages, [
    [pid, 'READY=1', 'STATUS=3 listeners'],
    [pid, 'RELOADING=1', monotonic],
    [pid, 'READY=1', 'STATUS=revision 2'],
    [pid, 'STATUS=two lines'],
    [pid, 'STOPPING=1'],
  ]);
  const microseconds = BigInt(monotonic.split('=')[1] as string);
  assert.ok(microseconds >= before && microseconds <= process.hrtime.bigint() / 1000n);
  assert.deepEqual(warnings, []);
});

test('the watchdog is fed while the event loop turns, for this process only', { skip }, async (t) => {
  const manager = await ServiceManager.start(t);
  const { logger } = createRecorder();
  const env = { PATH, NOTIFY_SOCKET: manager.socket, WATCHDOG_USEC: '20000' };
  const other = new ServiceNotifier(logger, { ...env, WATCHDOG_PID: '1' });
  other.startWatchdog();
  const ours = new ServiceNotifier(logger, { ...env, WATCHDOG_PID: String(process.pid) });
  ours.startWatchdog();
  // The timer does not keep the process alive; waiting for the message does.
  await manager.waitFor('WATCHDOG=1');
  await ours.close();
  await other.close();
  assert.ok(manager.messages.every((message) => message.includes('WATCHDOG=1')));
});

test('without a service manager nothing happens', async () => {
  const { logger, warnings } = createRecorder();
  const notifier = new ServiceNotifier(logger, { PATH: '/nonexistent' });
  notifier.ready('x');
  notifier.startWatchdog();
  await notifier.close();
  assert.deepEqual(warnings, []);
});

test('a program that is missing is told once', async () => {
  const { logger, warnings } = createRecorder();
  const notifier = new ServiceNotifier(logger, {
    PATH: '/nonexistent',
    NOTIFY_SOCKET: '/nonexistent/socket',
  });
  for (let i = 0; i < 3; i++) {
    notifier.ready('x');
    notifier.stopping();
    await notifier.close();
  }
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] as string, /there is no program systemd-notify; install it, or set Type=exec/);
});

test('a service manager that is not there is told once, and tried again', async (t) => {
  const folder = createFolder(t);
  const { logger, warnings } = createRecorder();
  const program = join(folder, 'systemd-notify');
  writeFileSync(program, '#!/bin/sh\ncase "$*" in *STATUS=good*) exit 0;; esac\necho refused >&2; exit 1\n');
  chmodSync(program, 0o755);
  const notifier = new ServiceNotifier(logger, { PATH: `${folder}:${PATH}`, NOTIFY_SOCKET: '/nonexistent' });
  for (const text of ['bad', 'bad', 'good', 'bad']) notifier.status(text);
  await notifier.close();
  assert.deepEqual(warnings, Array(2).fill('cannot tell the service manager how the server is: refused'));
});

test('messages that nobody takes do not pile up', async (t) => {
  const folder = createFolder(t);
  const sent = join(folder, 'sent');
  const program = join(folder, 'systemd-notify');
  writeFileSync(program, `#!/bin/sh\necho "$*" >> ${sent}\n`);
  chmodSync(program, 0o755);
  const { logger } = createRecorder();
  const notifier = new ServiceNotifier(logger, { PATH: `${folder}:${PATH}`, NOTIFY_SOCKET: '/nonexistent' });
  for (let i = 0; i < 1000; i++) notifier.status(`${i}`);
  await notifier.close();
  const lines = readFileSync(sent, 'utf8').trimEnd().split('\n');
  assert.ok(lines.length <= 17, `${lines.length}`);
  assert.match(lines.at(-1) as string, /STATUS=999$/);
});
