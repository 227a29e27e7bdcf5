import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { InstanceLock, InstanceLockedError } from '../../../src/process/instance-lock.ts';
import { createFolder } from '../../support/folder.ts';

const MODULE = new URL('../../../src/process/instance-lock.ts', import.meta.url).href;

test('a lock keeps others out until it is released; other roles and folders are free', async (t) => {
  const folder = createFolder(t);
  const first = new InstanceLock('store', folder);
  await first.acquire();
  await assert.rejects(new InstanceLock('store', folder).acquire(), InstanceLockedError);
  for (const lock of [new InstanceLock('supervisor', folder), new InstanceLock('store', createFolder(t))]) {
    await lock.acquire();
    lock.release();
  }
  first.release();
  const second = new InstanceLock('store', folder);
  await second.acquire(1000);
  second.release();
});

test('whoever waits gets the lock of a process that is killed', async (t) => {
  const folder = createFolder(t);
  const program = `
    import { InstanceLock } from ${JSON.stringify(MODULE)};
    await new InstanceLock('store', ${JSON.stringify(folder)}).acquire();
    console.log('locked');
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  const lock = new InstanceLock('store', folder);
  const acquired = lock.acquire(10_000);
  holder.kill('SIGKILL');
  await acquired;
  lock.release();
});
