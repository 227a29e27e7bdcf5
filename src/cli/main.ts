/**
 * Runs what the command line asks for and resolves with the exit code, when everything that was printed is
 * written.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosed);
  const code = await run(args);
  await Promise.all([process.stdout, process.stderr].map(flush));
  return code;
}

/** The version is asked for by scripts, in loops: it loads nothing else. */
async function run(args: readonly string[]): Promise<number> {
  if (args.length === 1 && ['version', '--version', '-V'].includes(args[0] as string)) {
    const { printVersion } = await import('./version.ts');
    printVersion(false);
    return 0;
  }
  return (await import('./run-command-line.ts')).runCommandLine(args);
}

/** A reader that has gone (`server status | head -1`) is no failure. */
function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function flush(stream: NodeJS.WriteStream): Promise<void> | undefined {
  if (stream.writableLength === 0 || stream.destroyed) return undefined;
  return new Promise((resolve) => {
    stream.once('drain', resolve).once('close', resolve);
  });
}
