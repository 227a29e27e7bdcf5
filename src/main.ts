#!/usr/bin/env node
import net from 'node:net';

// What is imported above has to load on any Node, so that one that is too old is told in a line.
if (typeof net.BoundSocket === 'function') {
  process.exit(await runRole(process.argv.slice(2)));
} else {
  process.stderr.write(
    `millrace needs Node 24.19 or newer (24.x) or 26.4 or newer; this is ${process.version}\n`,
  );
  process.exitCode = 1;
}

/** The supervisor starts this same program again, in another role. Resolves with the exit code. */
async function runRole(args: string[]): Promise<number> {
  switch (args[0]) {
    case 'role:worker':
      return (await import('./worker/main.ts')).runWorker();
    case 'role:store':
      return (await import('./store/main.ts')).runStore();
    default:
      return (await import('./cli/main.ts')).runCli(args);
  }
}
