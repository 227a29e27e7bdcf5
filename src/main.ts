#!/usr/bin/env node
import net from 'node:net';

// Without a listener Node opens its debugger at this signal, which also waits for whoever comes first.
process.on('SIGUSR1', () => {});

// What is imported above has to load on any Node, so that one that is too old is told in a line.
if (typeof net.BoundSocket === 'function') {
  process.exit(await runRole(process.argv.slice(2)));
} else {
  process.stderr.write(
    `millrace needs Node 24.19 or newer (24.x) or 26.4 or newer; this is ${process.version}\n`,
  );
  process.exitCode = 1;
}

/**
 * The supervisor starts this same program again, in another role, and with an identity to take before anything else.
 * Resolves with the exit code.
 */
async function runRole(args: string[]): Promise<number> {
  const [role, identity] = args;
  switch (role) {
    case 'role:worker':
      await takeIdentity(identity);
      return (await import('./worker/main.ts')).runWorker();
    case 'role:store':
      await takeIdentity(identity);
      return (await import('./store/main.ts')).runStore();
    case 'role:daemon':
      return (await import('./cli/daemon-role.ts')).runDaemon(args.slice(1));
    case 'role:folder-check':
      await takeIdentity(identity);
      return (await import('./cli/folder-check-role.ts')).runFolderCheck();
    default:
      return (await import('./cli/main.ts')).runCli(args);
  }
}

async function takeIdentity(identity: string | undefined): Promise<void> {
  if (identity === undefined) return;
  const { assertProgramReadable, decodeIdentity, dropPrivileges } = await import('./process/identity.ts');
  dropPrivileges(decodeIdentity(identity));
  assertProgramReadable();
}
