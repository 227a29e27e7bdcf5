import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createFolder } from './folder.ts';

const RECEIVER = fileURLToPath(new URL('../fixtures/daemon/receive-notifications.py', import.meta.url));

/** Why nothing can be told to a service manager on this machine, if it cannot. */
export const skipWithoutNotify: string | false = (() => {
  for (const [program, flag] of [
    ['python3', '--version'],
    ['systemd-notify', '--version'],
  ] as const) {
    try {
      execFileSync(program, [flag], { stdio: 'ignore' });
    } catch {
      return `there is no ${program}`;
    }
  }
  return false;
})();

/** The end of a notification socket where a service manager listens. */
export class ServiceManager {
  readonly socket: string;
  /** Each message as its assignments. */
  readonly messages: string[][] = [];
  #waiting: (() => void)[] = [];

  private constructor(socket: string) {
    this.socket = socket;
  }

  static async start(t: TestContext): Promise<ServiceManager> {
    const manager = new ServiceManager(join(createFolder(t), 'notify.sock'));
    const receiver = spawn('python3', [RECEIVER, manager.socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => receiver.kill('SIGKILL'));
    const { promise, resolve } = Promise.withResolvers<void>();
    createInterface({ input: receiver.stdout }).on('line', (line) => {
      if (line === 'ready') return resolve();
      manager.messages.push(JSON.parse(line));
      for (const wake of manager.#waiting.splice(0)) wake();
    });
    await promise;
    return manager;
  }

  /** The first message with this assignment, once it has come. */
  async waitFor(assignment: string): Promise<string[]> {
    for (;;) {
      const found = this.messages.find((message) => message.includes(assignment));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
